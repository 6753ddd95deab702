--- a check
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: check-scan
-- statement
ALTER TABLE orders ADD CONSTRAINT small CHECK (qty < 1000)

--- a check that is not validated
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ADD CONSTRAINT small CHECK (qty < 1000) NOT VALID

--- validating a check
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: none
-- setup
ALTER TABLE orders ADD CONSTRAINT small CHECK (qty < 1000) NOT VALID
-- statement
ALTER TABLE orders VALIDATE CONSTRAINT small

--- validating what is valid
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders VALIDATE CONSTRAINT positive_qty

--- a foreign key
-- locks: orders SHARE ROW EXCLUSIVE, customers SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: foreign-key-scan, foreign-key-without-index
-- statement
ALTER TABLE orders ADD CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES customers

--- a foreign key that is not validated
-- locks: orders SHARE ROW EXCLUSIVE, customers SHARE ROW EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: foreign-key-without-index
-- statement
ALTER TABLE orders ADD CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES customers NOT VALID

--- validating a foreign key
-- locks: orders SHARE UPDATE EXCLUSIVE, customers ROW SHARE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: none
-- setup
ALTER TABLE orders ADD CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES customers NOT VALID
-- statement
ALTER TABLE orders VALIDATE CONSTRAINT orders_parent

--- a unique constraint on the partitioned table alone
-- locks: measurements ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: unique-builds-index
-- statement
ALTER TABLE ONLY measurements ADD CONSTRAINT one_day UNIQUE (at)

--- a unique constraint
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: unique-builds-index
-- statement
ALTER TABLE customers ADD CONSTRAINT one_email UNIQUE (email)

--- a unique constraint using an index
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- setup
CREATE UNIQUE INDEX one_email ON customers (email)
-- statement
ALTER TABLE customers ADD CONSTRAINT one_email UNIQUE USING INDEX one_email

--- a primary key
-- locks: measurements_2026 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: unique-builds-index
-- statement
ALTER TABLE measurements_2026 ADD PRIMARY KEY (at)

--- a primary key using an index on a column that is not null
-- locks: measurements_2026 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: set-not-null-scan
-- setup
CREATE UNIQUE INDEX by_day ON measurements_2026 (at)
-- statement
ALTER TABLE measurements_2026 ADD CONSTRAINT pk PRIMARY KEY USING INDEX by_day

--- a primary key using an index on a nullable column
-- locks: measurements_2026 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: set-not-null-scan
-- setup
CREATE UNIQUE INDEX by_value ON measurements_2026 (value)
-- statement
ALTER TABLE measurements_2026 ADD CONSTRAINT pk PRIMARY KEY USING INDEX by_value

--- an exclusion constraint
-- locks: measurements_2026 ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: high
-- rules: exclusion-constraint
-- statement
ALTER TABLE measurements_2026 ADD CONSTRAINT apart EXCLUDE USING gist (daterange(at, at, '[]') WITH &&)

--- dropping a check
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-constraint
-- statement
ALTER TABLE orders DROP CONSTRAINT positive_qty

--- dropping a foreign key
-- locks: orders ACCESS EXCLUSIVE, customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: drop-constraint
-- statement
ALTER TABLE orders DROP CONSTRAINT orders_customer

--- deferring a foreign key
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE

--- a not null constraint
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: set-not-null-scan
-- only: 18
-- statement
ALTER TABLE orders ADD CONSTRAINT amount_there NOT NULL amount

--- a not null constraint that is not validated
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- only: 18
-- statement
ALTER TABLE orders ADD CONSTRAINT amount_there NOT NULL amount NOT VALID

--- validating a not null constraint
-- locks: orders SHARE UPDATE EXCLUSIVE
-- rewrite: no
-- scan: yes
-- risk: low
-- rules: none
-- only: 18
-- setup
ALTER TABLE orders ADD CONSTRAINT amount_there NOT NULL amount NOT VALID
-- statement
ALTER TABLE orders VALIDATE CONSTRAINT amount_there

--- a not null constraint before its time
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: needs-newer-postgresql
-- only: 15
-- refused
-- statement
ALTER TABLE orders ADD CONSTRAINT amount_there NOT NULL amount NOT VALID

--- a check that is not enforced
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- only: 18
-- statement
ALTER TABLE orders ADD CONSTRAINT small CHECK (qty < 1000) NOT ENFORCED
