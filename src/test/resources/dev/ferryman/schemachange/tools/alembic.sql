BEGIN;

-- Running upgrade 0b1b1d1c6a2e -> 1975ea83b712

ALTER TABLE orders ADD COLUMN ticket VARCHAR(36);

ALTER TABLE orders ALTER COLUMN status SET NOT NULL;

COMMIT;

CREATE UNIQUE INDEX CONCURRENTLY ix_orders_ticket ON orders (ticket);

BEGIN;

UPDATE alembic_version SET version_num='1975ea83b712' WHERE alembic_version.version_num = '0b1b1d1c6a2e';

COMMIT;

