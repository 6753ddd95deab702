--- an index
-- locks: orders SHARE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: index-blocks-writes
-- statement
CREATE INDEX orders_status ON orders (status)

--- an index on the partitioned table alone
-- locks: measurements SHARE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: index-blocks-writes
-- statement
CREATE INDEX measured ON ONLY measurements (value)

--- an index without blocking
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: not-repeatable
-- blocked by: orders ROW EXCLUSIVE
-- statement
CREATE INDEX CONCURRENTLY orders_status ON orders (status)

--- a unique index without blocking
-- locks: customers SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: none
-- blocked by: customers ROW EXCLUSIVE
-- statement
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_email ON customers (email)

--- an index whose predicate depends on the time
-- locks: orders SHARE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: non-immutable-index, index-blocks-writes
-- refused
-- statement
CREATE INDEX orders_recent ON orders (placed) WHERE placed > NOW() - interval '30 days'

--- an index whose predicate names the date
-- locks: orders SHARE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: non-immutable-index, index-blocks-writes
-- refused
-- statement
CREATE INDEX orders_recent ON orders (placed) WHERE placed > CURRENT_DATE

--- an index on a stable expression
-- locks: orders SHARE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: non-immutable-index, index-blocks-writes
-- refused
-- statement
CREATE INDEX orders_day ON orders (to_char(placed, 'YYYY'))

--- an index on an immutable expression
-- locks: customers SHARE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: index-blocks-writes
-- statement
CREATE INDEX customers_lower ON customers (lower(email)) WHERE status = 'active'

--- an index of many columns
-- locks: orders SHARE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: index-blocks-writes, wide-index
-- statement
CREATE INDEX wide ON orders (customer_id, status, placed, qty)

--- an index on a partitioned table
-- locks: measurements SHARE, measurements_2024 SHARE, measurements_2025 SHARE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: index-blocks-writes
-- statement
CREATE INDEX measured ON measurements (value)

--- dropping an index
-- locks: customers ACCESS EXCLUSIVE, customers_email ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: index-drop-blocks
-- statement
DROP INDEX customers_email

--- dropping an index without blocking
-- locks: customers SHARE UPDATE EXCLUSIVE, customers_email SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- blocked by: customers ACCESS SHARE
-- statement
DROP INDEX CONCURRENTLY customers_email

--- rebuilding an index
-- locks: customers SHARE, customers_email ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: medium
-- rules: reindex-blocks
-- statement
REINDEX INDEX customers_email

--- rebuilding the indexes of a table
-- locks: customers SHARE
-- rewrite: yes
-- scan: yes
-- risk: medium
-- rules: reindex-blocks
-- statement
REINDEX TABLE customers

--- rebuilding an index without blocking
-- locks: customers SHARE UPDATE EXCLUSIVE, customers_email SHARE UPDATE EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: low
-- rules: none
-- blocked by: customers ROW EXCLUSIVE
-- statement
REINDEX INDEX CONCURRENTLY customers_email

--- rebuilding the indexes of a table without blocking
-- locks: customers SHARE UPDATE EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: low
-- rules: none
-- blocked by: customers ROW EXCLUSIVE
-- statement
REINDEX TABLE CONCURRENTLY customers

--- renaming an index
-- locks: customers_email SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER INDEX customers_email RENAME TO customers_mail

--- an option of an index
-- locks: customers_email SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER INDEX customers_email SET (fillfactor = 70)
