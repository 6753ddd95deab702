--- a new table
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)

--- a new table that refers to another
-- locks: customers SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: foreign-key-without-index
-- statement
CREATE TABLE notes (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers)

--- a new table without a key
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: no-primary-key, limited-text
-- statement
CREATE TABLE notes (body varchar(20))

--- a table like another
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE TABLE customers_copy (LIKE customers INCLUDING ALL)

--- a table that inherits
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
CREATE TABLE vip () INHERITS (items)

--- a table from a query
-- locks: none
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: none
-- statement
CREATE TABLE recent AS SELECT * FROM orders

--- a partition made in place
-- locks: measurements ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: partition-create
-- statement
CREATE TABLE measurements_2027 PARTITION OF measurements FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')

--- attaching a partition
-- locks: measurements SHARE UPDATE EXCLUSIVE, measurements_2026 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: partition-attach-scan
-- statement
ALTER TABLE measurements ATTACH PARTITION measurements_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')

--- attaching a partition where a default one holds rows
-- locks: measurements SHARE UPDATE EXCLUSIVE, measurements_2026 ACCESS EXCLUSIVE, measurements_rest ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: partition-attach-scan
-- setup
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
INSERT INTO measurements SELECT date '2030-01-01' + n, n FROM generate_series(1, 200) n;
ALTER TABLE measurements_2026 ADD CONSTRAINT fits CHECK (at >= '2026-01-01' AND at < '2027-01-01')
-- statement
ALTER TABLE measurements ATTACH PARTITION measurements_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')

--- a partition made in place where a default one holds rows
-- locks: measurements ACCESS EXCLUSIVE, measurements_rest ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: partition-create
-- setup
CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
INSERT INTO measurements SELECT date '2030-01-01' + n, n FROM generate_series(1, 200) n
-- statement
CREATE TABLE measurements_2027 PARTITION OF measurements FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')

--- a lock on the partitioned table alone
-- locks: measurements SHARE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: explicit-lock
-- statement
LOCK TABLE ONLY measurements IN SHARE MODE

--- detaching a partition
-- locks: measurements ACCESS EXCLUSIVE, measurements_2025 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: partition-detach-blocks
-- statement
ALTER TABLE measurements DETACH PARTITION measurements_2025

--- detaching a partition without blocking
-- locks: measurements SHARE UPDATE EXCLUSIVE, measurements_2025 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- blocked by: measurements_2025 ACCESS SHARE
-- statement
ALTER TABLE measurements DETACH PARTITION measurements_2025 CONCURRENTLY

--- dropping a table
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: drop-table
-- statement
DROP TABLE items

--- dropping a table that refers to another
-- locks: orders ACCESS EXCLUSIVE, customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: drop-table
-- statement
DROP TABLE orders

--- dropping a table with all that needs it
-- locks: customers ACCESS EXCLUSIVE, orders ACCESS EXCLUSIVE, active_customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: drop-cascade, drop-table
-- statement
DROP TABLE customers CASCADE

--- renaming a table
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: rename-table
-- statement
ALTER TABLE items RENAME TO articles

--- moving a table to another schema
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: rename-table
-- statement
ALTER TABLE items SET SCHEMA public

--- making a table unlogged
-- locks: items ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: table-rewrite
-- statement
ALTER TABLE items SET UNLOGGED

--- moving a table to another tablespace
-- locks: items ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: no
-- risk: high
-- rules: table-rewrite
-- statement
ALTER TABLE items SET TABLESPACE elsewhere

--- a fillfactor
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE items SET (fillfactor = 80)

--- autovacuum settings
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE items SET (autovacuum_vacuum_scale_factor = 0.01)

--- a replica identity
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE items REPLICA IDENTITY FULL

--- row security
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: row-security
-- statement
ALTER TABLE items ENABLE ROW LEVEL SECURITY

--- an owner
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: permissions
-- statement
ALTER TABLE items OWNER TO pg_monitor

--- a clustering index
-- locks: customers SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE customers CLUSTER ON customers_email

--- clustering a table
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: vacuum-full
-- statement
CLUSTER customers USING customers_email

--- emptying a table
-- locks: items ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: truncate
-- emptied
-- statement
TRUNCATE items

--- emptying a table and those that refer to it
-- locks: customers ACCESS EXCLUSIVE, orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: truncate, drop-cascade
-- emptied
-- statement
TRUNCATE customers CASCADE

--- locking a table
-- locks: items EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: explicit-lock
-- statement
LOCK TABLE items IN EXCLUSIVE MODE

--- locking a table weakly
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
LOCK TABLE items IN SHARE UPDATE EXCLUSIVE MODE

--- vacuum
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- blocked by: items SHARE UPDATE EXCLUSIVE
-- statement
VACUUM items

--- vacuum full
-- locks: items ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: vacuum-full
-- blocked by: items ACCESS SHARE
-- statement
VACUUM FULL items

--- analyze
-- locks: items SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ANALYZE items
