--- a nullable column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ADD COLUMN note text

--- a column with a constant default
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ADD COLUMN urgent boolean NOT NULL DEFAULT false

--- a column with a stable default
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT now()

--- a column with a volatile default
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: volatile-default
-- statement
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()

--- a column with a default from the clock
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: volatile-default
-- statement
ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT clock_timestamp()

--- a column that old code cannot fill
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: required-column
-- refused
-- statement
ALTER TABLE orders ADD COLUMN region text NOT NULL

--- a serial column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: auto-increment-column, prefer-identity, small-integer-key
-- statement
ALTER TABLE orders ADD COLUMN ticket serial

--- an identity column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: auto-increment-column
-- statement
ALTER TABLE orders ADD COLUMN ticket bigint GENERATED ALWAYS AS IDENTITY

--- a stored generated column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: stored-generated-column
-- statement
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (amount * qty) STORED

--- a virtual generated column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- only: 18
-- statement
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (amount * qty) VIRTUAL

--- a virtual generated column before its time
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: needs-newer-postgresql
-- only: 15
-- refused
-- statement
ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (amount * qty) VIRTUAL

--- a generated column that depends on the time
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: non-immutable-generated, stored-generated-column
-- refused
-- statement
ALTER TABLE orders ADD COLUMN age interval GENERATED ALWAYS AS (now() - placed) STORED

--- a column that refers to another table
-- locks: orders ACCESS EXCLUSIVE, customers SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: foreign-key-without-index
-- statement
ALTER TABLE orders ADD COLUMN payer bigint REFERENCES customers

--- a unique column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: unique-builds-index
-- statement
ALTER TABLE orders ADD COLUMN slug text UNIQUE

--- a column with a check
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: check-scan
-- statement
ALTER TABLE orders ADD COLUMN weight integer CHECK (weight > 0)

--- a column of each partition
-- locks: measurements ACCESS EXCLUSIVE, measurements_2024 ACCESS EXCLUSIVE, measurements_2025 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE measurements ADD COLUMN unit text

--- a json column with a time without zone and char
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: json-type, no-time-zone, char-type
-- statement
ALTER TABLE orders ADD COLUMN extra json, ADD COLUMN due timestamp, ADD COLUMN flag char(1)

--- dropping a column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: drop-column
-- statement
ALTER TABLE orders DROP COLUMN status

--- dropping a column that refers to another table
-- locks: orders ACCESS EXCLUSIVE, customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: drop-column
-- statement
ALTER TABLE orders DROP COLUMN customer_id

--- renaming a column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: rename-column
-- statement
ALTER TABLE orders RENAME COLUMN status TO state

--- set not null
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: set-not-null-scan
-- statement
ALTER TABLE orders ALTER COLUMN amount SET NOT NULL

--- set not null proved by a check
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: set-not-null-scan
-- setup
ALTER TABLE orders ADD CONSTRAINT amount_there CHECK (amount IS NOT NULL)
-- statement
ALTER TABLE orders ALTER COLUMN amount SET NOT NULL

--- set not null with a check that was never validated
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: set-not-null-scan
-- setup
ALTER TABLE orders ADD CONSTRAINT amount_there CHECK (amount IS NOT NULL) NOT VALID
-- statement
ALTER TABLE orders ALTER COLUMN amount SET NOT NULL

--- drop not null
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-not-null
-- statement
ALTER TABLE orders ALTER COLUMN customer_id DROP NOT NULL

--- set default on the partitioned table alone
-- locks: measurements ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE ONLY measurements ALTER COLUMN value SET DEFAULT 1

--- set default
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ALTER COLUMN qty SET DEFAULT 1

--- drop default
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: default-change
-- statement
ALTER TABLE orders ALTER COLUMN status DROP DEFAULT

--- a statistics target
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ALTER COLUMN status SET STATISTICS 500

--- an attribute option
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ALTER COLUMN status SET (n_distinct = 5)

--- a storage mode
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE customers ALTER COLUMN notes SET STORAGE EXTERNAL

--- dropping identity
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: default-change
-- statement
ALTER TABLE customers ALTER COLUMN id DROP IDENTITY

--- a new expression of a generated column
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: table-rewrite
-- only: 18
-- setup
ALTER TABLE orders ADD COLUMN double_qty integer GENERATED ALWAYS AS (qty * 2) STORED
-- statement
ALTER TABLE orders ALTER COLUMN double_qty SET EXPRESSION AS (qty * 3)
