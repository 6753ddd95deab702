--- a trigger
-- locks: orders SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: trigger
-- statement
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()

--- disabling a trigger
-- locks: items SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: trigger
-- statement
ALTER TABLE items DISABLE TRIGGER touched

--- dropping a trigger
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-object
-- statement
DROP TRIGGER touched ON items

--- renaming a trigger
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TRIGGER touched ON items RENAME TO touching

--- a rule
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: trigger
-- statement
CREATE RULE nothing AS ON DELETE TO items DO INSTEAD NOTHING

--- a policy
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: row-security
-- statement
CREATE POLICY everybody ON items USING (true)

--- extended statistics
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE STATISTICS together ON status, qty FROM orders

--- a comment on a table
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
COMMENT ON TABLE items IS 'what is sold'

--- a comment on a column
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
COMMENT ON COLUMN items.cost IS 'in euro'

--- a view
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE VIEW dear AS SELECT * FROM items WHERE cost > 100

--- replacing a view
-- locks: active_customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE OR REPLACE VIEW active_customers AS SELECT id, email FROM customers

--- dropping a view
-- locks: active_customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-object
-- statement
DROP VIEW active_customers

--- refreshing a materialized view
-- locks: totals ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: no
-- risk: medium
-- rules: refresh-blocks
-- statement
REFRESH MATERIALIZED VIEW totals

--- refreshing a materialized view without blocking
-- locks: totals EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
REFRESH MATERIALIZED VIEW CONCURRENTLY totals

--- a sequence
-- locks: tickets SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER SEQUENCE tickets INCREMENT BY 10

--- dropping a sequence
-- locks: tickets ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-object
-- statement
DROP SEQUENCE tickets

--- a function
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'

--- a publication
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE PUBLICATION sold FOR TABLE items

--- granting rights
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
GRANT SELECT ON items TO pg_monitor

--- revoking rights
-- locks: none
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: permissions
-- statement
REVOKE ALL ON items FROM PUBLIC

--- a block of code
-- locks: none
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: opaque-block
-- statement
DO $$ BEGIN PERFORM 1; END $$

--- changing every row
-- locks: items ROW EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: whole-table-write
-- statement
UPDATE items SET filled = 'y'

--- changing one row
-- locks: items ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
UPDATE items SET filled = 'y' WHERE id = 1

--- deleting every row
-- locks: measurements_2026 ROW EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: whole-table-write
-- statement
DELETE FROM measurements_2026

--- inserting rows
-- locks: items ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
INSERT INTO items (id) VALUES (1000)

--- locking rows
-- locks: items ROW SHARE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
SELECT * FROM items WHERE id = 1 FOR UPDATE

--- a type for rows
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE TYPE colour AS ENUM ('red', 'green')
