--- integer to bigint
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN qty TYPE bigint

--- varchar to a larger limit
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN name TYPE varchar(100)

--- varchar to a smaller limit
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN name TYPE varchar(40)

--- varchar to text
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN name TYPE text

--- text to varchar without limit
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN notes TYPE varchar

--- text to varchar with a limit
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN notes TYPE varchar(500)

--- char to text
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN code TYPE text

--- numeric to a larger precision
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14, 2)

--- numeric without limits
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN amount TYPE numeric

--- numeric to another scale
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14, 4)

--- json to jsonb
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN data TYPE jsonb

--- cidr to inet
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN network TYPE inet

--- timestamp to timestamptz in another time zone
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE customers ALTER COLUMN seen TYPE timestamptz

--- timestamp to timestamptz in UTC
-- locks: customers ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- session: SET timezone = 'UTC'
-- statement
ALTER TABLE customers ALTER COLUMN seen TYPE timestamptz

--- a type with an expression
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: yes
-- scan: yes
-- risk: high
-- rules: default-change, type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN status TYPE integer USING length(status), ALTER COLUMN status DROP DEFAULT

--- the same type once more
-- locks: orders ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: high
-- rules: type-change-rewrites
-- statement
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz

--- an enum value
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: enum-value, enum-value-order
-- statement
ALTER TYPE mood ADD VALUE 'happy'

--- an enum value with its place
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: enum-value
-- statement
ALTER TYPE mood ADD VALUE 'glum' BEFORE 'fine'

--- renaming an enum value
-- locks: none
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: enum-rename
-- statement
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'

--- a check on a domain
-- locks: items SHARE
-- rewrite: no
-- scan: yes
-- risk: medium
-- rules: domain-constraint
-- statement
ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 0)

--- a check on a domain that is not validated
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: none
-- statement
ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID

--- a new domain with a check
-- locks: none
-- rewrite: no
-- scan: no
-- risk: low
-- rules: domain-constraint
-- statement
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100)

--- an attribute of a composite type
-- locks: address ACCESS EXCLUSIVE
-- rewrite: no
-- scan: no
-- risk: medium
-- rules: type-altered
-- statement
ALTER TYPE address ADD ATTRIBUTE country text
