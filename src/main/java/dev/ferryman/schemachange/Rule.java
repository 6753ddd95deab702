package dev.ferryman.schemachange;

import java.util.Optional;
import java.util.stream.Stream;

/** What a review looks for. The ids are stable: people name them in exceptions, and SARIF carries them. */
public enum Rule {
    /** An index built without CONCURRENTLY. */
    INDEX_BLOCKS_WRITES("index-blocks-writes", Risk.MEDIUM, "An index built without CONCURRENTLY",
            "Every write to the table waits until the index is built."),
    /** An index dropped without CONCURRENTLY. */
    INDEX_DROP_BLOCKS("index-drop-blocks", Risk.MEDIUM, "An index dropped without CONCURRENTLY",
            "Reads and writes of the table queue up behind a lock that first waits for every open transaction on the table."),
    /** An index rebuilt without CONCURRENTLY. */
    REINDEX_BLOCKS("reindex-blocks", Risk.MEDIUM, "An index rebuilt without CONCURRENTLY",
            "Writes wait until the index is rebuilt, and so does every query that would use it."),
    /** The table is written anew. */
    TABLE_REWRITE("table-rewrite", Risk.HIGH, "The table is written anew",
            "Nobody reads or writes the table until every row and every index has been written again; it needs the space twice."),
    /** A change of type that writes the table anew. */
    TYPE_REWRITE("type-change-rewrites", Risk.HIGH, "A change of type that writes the table anew",
            "Nobody reads or writes the table until every row and every index has been written again."),
    /** A change of type. */
    TYPE_CHANGE("type-change", Risk.MEDIUM, "A change of type",
            "Code that reads or writes the column has to fit both types while it is deployed, and cached plans of open sessions fail once."),
    /** A new column whose default differs from row to row. */
    VOLATILE_DEFAULT("volatile-default", Risk.HIGH, "A new column whose default differs from row to row",
            "PostgreSQL computes it for each row and writes the table anew; a constant default is only noted in the catalog."),
    /** A new serial or identity column. */
    AUTO_INCREMENT_COLUMN("auto-increment-column", Risk.HIGH, "A new serial or identity column",
            "Every row gets a number, so the table is written anew."),
    /** A new stored generated column. */
    STORED_GENERATED_COLUMN("stored-generated-column", Risk.HIGH, "A new stored generated column",
            "The value of every row is computed and the table written anew."),
    /** VACUUM FULL or CLUSTER. */
    VACUUM_FULL("vacuum-full", Risk.HIGH, "VACUUM FULL or CLUSTER",
            "The table is written anew while nobody can read it."),
    /** A check added and validated at once. */
    CHECK_SCAN("check-scan", Risk.MEDIUM, "A check added and validated at once",
            "All rows are read while nobody can read or write, and one bad row makes it fail."),
    /** A foreign key added and validated at once. */
    FOREIGN_KEY_SCAN("foreign-key-scan", Risk.MEDIUM, "A foreign key added and validated at once",
            "All rows are looked up while nobody can write to either table."),
    /** A foreign key without an index on its columns. */
    FOREIGN_KEY_INDEX("foreign-key-without-index", Risk.MEDIUM, "A foreign key without an index on its columns",
            "Each row deleted or renumbered in the referred table reads this whole table."),
    /** A unique or primary key that builds its index. */
    UNIQUE_BUILDS_INDEX("unique-builds-index", Risk.MEDIUM, "A unique or primary key that builds its index",
            "Nobody reads or writes the table until its index is built."),
    /** An exclusion constraint on a table in use. */
    EXCLUSION_CONSTRAINT("exclusion-constraint", Risk.HIGH, "An exclusion constraint on a table in use",
            "Nobody reads or writes the table until its index is built, and there is no concurrent form."),
    /** SET NOT NULL that has to look. */
    NOT_NULL_SCAN("set-not-null-scan", Risk.MEDIUM, "SET NOT NULL that has to look",
            "All rows are read while nobody can read or write."),
    /** A constraint validated in the transaction that adds it. */
    VALIDATED_AT_ONCE("validated-in-same-transaction", Risk.MEDIUM,
            "A constraint validated in the transaction that adds it",
            "The stronger lock of adding it is held until the scan is over, which NOT VALID was meant to avoid."),
    /** A constraint on a domain. */
    DOMAIN_CONSTRAINT("domain-constraint", Risk.MEDIUM, "A constraint on a domain",
            "Every table with a column of the domain is read while its writers wait."),
    /** A partition attached without a check that proves its bounds. */
    PARTITION_ATTACH("partition-attach-scan", Risk.MEDIUM,
            "A partition attached without a check that proves its bounds",
            "The new partition, and the default one, are read while nobody can use them."),
    /** A partition detached without CONCURRENTLY. */
    PARTITION_DETACH("partition-detach-blocks", Risk.MEDIUM, "A partition detached without CONCURRENTLY",
            "Nobody reads or writes the whole partitioned table while the lock is waited for and held."),
    /** A partition created in place. */
    PARTITION_CREATE("partition-create", Risk.LOW, "A partition created in place",
            "The partitioned table is locked for an instant, behind every open transaction."),
    /** A trigger on a table in use. */
    TRIGGER("trigger", Risk.MEDIUM, "A trigger on a table in use",
            "Every write runs it from now on, those of old code too."),
    /** A materialized view refreshed without CONCURRENTLY. */
    REFRESH_BLOCKS("refresh-blocks", Risk.MEDIUM, "A materialized view refreshed without CONCURRENTLY",
            "Nobody reads it until the query is done."),
    /** A new column that old code cannot fill. */
    REQUIRED_COLUMN("required-column", Risk.HIGH, "A new column that old code cannot fill",
            "It fails where there are rows, and every INSERT of code that does not know the column fails afterwards."),
    /** A column dropped. */
    DROP_COLUMN("drop-column", Risk.HIGH, "A column dropped",
            "Its data is lost, and code that names it fails at once; many object mappers name every column."),
    /** A table dropped. */
    DROP_TABLE("drop-table", Risk.HIGH, "A table dropped",
            "Its data is lost, and code that uses it fails at once."),
    /** A schema or database dropped. */
    DROP_SCHEMA("drop-schema", Risk.HIGH, "A schema or database dropped",
            "Everything in it is lost."),
    /** Something dropped that code may use. */
    DROP_OBJECT("drop-object", Risk.MEDIUM, "Something dropped that code may use",
            "Code that uses it fails at once."),
    /** CASCADE. */
    DROP_CASCADE("drop-cascade", Risk.HIGH, "CASCADE",
            "PostgreSQL drops whatever depends on it, without asking."),
    /** Something dropped that is in use. */
    DROP_IN_USE("drop-in-use", Risk.HIGH, "Something dropped that is in use",
            "The target's catalog or its statistics say that it is needed."),
    /** A constraint dropped. */
    DROP_CONSTRAINT("drop-constraint", Risk.MEDIUM, "A constraint dropped",
            "From now on rows can be stored that the constraint kept out; it may not come back."),
    /** NOT NULL removed. */
    DROP_NOT_NULL("drop-not-null", Risk.MEDIUM, "NOT NULL removed",
            "Old code may read a NULL where it never met one."),
    /** A default changed or dropped. */
    DEFAULT_CHANGE("default-change", Risk.MEDIUM, "A default changed or dropped",
            "Old code that leaves the column out stores something else from now on, or fails."),
    /** A column renamed. */
    RENAME_COLUMN("rename-column", Risk.MEDIUM, "A column renamed",
            "Code that uses the old name fails at once."),
    /** A table, view or schema renamed or moved. */
    RENAME_TABLE("rename-table", Risk.MEDIUM, "A table, view or schema renamed or moved",
            "Code that uses the old name fails at once."),
    /** TRUNCATE. */
    TRUNCATE("truncate", Risk.HIGH, "TRUNCATE",
            "All rows are lost; no trigger per row sees it."),
    /** UPDATE or DELETE of a whole table. */
    WHOLE_TABLE_WRITE("whole-table-write", Risk.HIGH, "UPDATE or DELETE of a whole table",
            "Every row is locked until the end, the table swells, and replicas fall behind."),
    /** Rows changed in the transaction of a schema change. */
    DATA_WITH_SCHEMA("data-with-schema-change", Risk.MEDIUM, "Rows changed in the transaction of a schema change",
            "The schema change's lock is held until the rows are changed."),
    /** An enum value used in the transaction that adds it. */
    ENUM_IN_TRANSACTION("enum-value-same-transaction", Risk.HIGH, "An enum value used in the transaction that adds it",
            "PostgreSQL refuses it."),
    /** An enum value added. */
    ENUM_VALUE("enum-value", Risk.LOW, "An enum value added",
            "It never goes away again, and old code may meet a value that it does not know."),
    /** An enum value without a place. */
    ENUM_ORDER("enum-value-order", Risk.LOW, "An enum value without a place",
            "It is sorted behind all others; the place cannot be changed later."),
    /** An enum value renamed. */
    ENUM_RENAME("enum-rename", Risk.MEDIUM, "An enum value renamed",
            "Code that uses the old value fails at once."),
    /** A composite type or domain changed. */
    TYPE_ALTERED("type-altered", Risk.MEDIUM, "A composite type or domain changed",
            "Tables that use the type are locked or refuse the change."),
    /** Row security switched. */
    ROW_SECURITY("row-security", Risk.MEDIUM, "Row security switched",
            "Rows without a policy that shows them vanish for everybody but the owner, or all become visible."),
    /** Rights or owner changed. */
    PERMISSIONS("permissions", Risk.MEDIUM, "Rights or owner changed",
            "Code that runs as another user may lose access at once."),
    /** A statement that refuses to run in a transaction. */
    NOT_IN_TRANSACTION("not-in-transaction", Risk.HIGH, "A statement that refuses to run in a transaction",
            "PostgreSQL refuses it here."),
    /** A function that is not immutable in an index. */
    NON_IMMUTABLE_INDEX("non-immutable-index", Risk.HIGH, "A function that is not immutable in an index",
            "PostgreSQL refuses an index whose content would depend on the time or the session."),
    /** A function that is not immutable in a generated column. */
    NON_IMMUTABLE_GENERATED("non-immutable-generated", Risk.HIGH,
            "A function that is not immutable in a generated column",
            "PostgreSQL refuses it."),
    /** Syntax of a later PostgreSQL. */
    NEWER_SYNTAX("needs-newer-postgresql", Risk.HIGH, "Syntax of a later PostgreSQL",
            "The server refuses it."),
    /** A name of more than 63 bytes. */
    NAME_TOO_LONG("name-too-long", Risk.MEDIUM, "A name of more than 63 bytes",
            "PostgreSQL cuts it off, and the next such name may collide."),
    /** BEGIN or COMMIT where the tool has a transaction already. */
    NESTED_TRANSACTION("nested-transaction", Risk.MEDIUM, "BEGIN or COMMIT where the tool has a transaction already",
            "BEGIN does nothing but warn, and COMMIT ends the tool's transaction too early."),
    /** A transaction that is never committed. */
    NOT_COMMITTED("not-committed", Risk.HIGH, "A transaction that is never committed",
            "Everything in it is rolled back when the session ends, and its locks are held until then."),
    /** No lock_timeout. */
    NO_LOCK_TIMEOUT("no-lock-timeout", Risk.LOW, "No lock_timeout",
            "While a strong lock is waited for, every query that comes later waits behind it."),
    /** Several tables locked for everybody in one transaction. */
    SEVERAL_EXCLUSIVE("several-exclusive-locks", Risk.MEDIUM, "Several tables locked for everybody in one transaction",
            "The first stays locked while the next is waited for, and code that uses them in another order deadlocks."),
    /** Long work in a transaction that already locks everybody out. */
    WORK_UNDER_LOCK("work-under-lock", Risk.MEDIUM, "Long work in a transaction that already locks everybody out",
            "The lock of an earlier statement is held until this one is done."),
    /** LOCK TABLE. */
    EXPLICIT_LOCK("explicit-lock", Risk.MEDIUM, "LOCK TABLE",
            "It waits for every open transaction, and everybody who comes later waits behind it."),
    /** Code that the review cannot see into. */
    OPAQUE("opaque-block", Risk.MEDIUM, "Code that the review cannot see into",
            "What a DO block, a call or a function does is known only when it runs."),
    /** A statement that cannot be run twice. */
    NOT_REPEATABLE("not-repeatable", Risk.LOW, "A statement that cannot be run twice",
            "After an interruption outside a transaction it fails at what is already there."),
    /** An invalid index of that name exists. */
    INVALID_INDEX("invalid-index", Risk.MEDIUM, "An invalid index of that name exists",
            "IF NOT EXISTS finds what an interrupted build left behind, and builds nothing."),
    /** An index that another one covers. */
    DUPLICATE_INDEX("duplicate-index", Risk.LOW, "An index that another one covers",
            "It costs every write and helps no query."),
    /** An index of more than three columns. */
    WIDE_INDEX("wide-index", Risk.LOW, "An index of more than three columns",
            "It is large, and seldom helps more than its first columns do."),
    /** A table without a primary key. */
    NO_PRIMARY_KEY("no-primary-key", Risk.LOW, "A table without a primary key",
            "It cannot be backfilled in batches, and logical replication cannot change its rows."),
    /** char(n). */
    CHAR_TYPE("char-type", Risk.LOW, "char(n)",
            "It is padded with blanks, and is no faster than text."),
    /** varchar(n). */
    LIMITED_TEXT("limited-text", Risk.LOW, "varchar(n)",
            "A shorter limit later reads every row; text with a check can be changed without."),
    /** A key or counter of 32 bits or less. */
    SMALL_INTEGER_KEY("small-integer-key", Risk.LOW, "A key or counter of 32 bits or less",
            "It runs out at two thousand million, and changing it later writes the table anew."),
    /** serial. */
    PREFER_IDENTITY("prefer-identity", Risk.LOW, "serial",
            "Its sequence has its own rights and owner; an identity column has not."),
    /** timestamp without time zone. */
    NO_TIME_ZONE("no-time-zone", Risk.LOW, "timestamp without time zone",
            "It names no instant: what it means depends on who reads it."),
    /** json. */
    JSON_TYPE("json-type", Risk.LOW, "json",
            "It has no equality, so DISTINCT and GROUP BY over the row fail; jsonb has."),
    /** Names without a schema. */
    NO_SCHEMA_NAME("no-schema-name", Risk.LOW, "Names without a schema",
            "Which table is meant depends on the search_path of whoever runs it.");

    private final String id;
    private final Risk risk;
    private final String title;
    private final String why;

    Rule(String id, Risk risk, String title, String why) {
        this.id = id;
        this.risk = risk;
        this.title = title;
        this.why = why;
    }

    /** Stable id, words joined by hyphens. */
    public String id() {
        return id;
    }

    /** Its usual class; what is known of the target may raise or lower that of a finding. */
    public Risk risk() {
        return risk;
    }

    /** What it looks for, in a few words. */
    public String title() {
        return title;
    }

    /** Why that is dangerous, one sentence. */
    public String why() {
        return why;
    }

    /** The rule with this id. */
    public static Optional<Rule> of(String id) {
        return Stream.of(values()).filter(rule -> rule.id.equals(id)).findFirst();
    }
}
