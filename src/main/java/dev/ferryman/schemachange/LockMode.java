package dev.ferryman.schemachange;

import java.util.List;

/** The table-level lock modes of PostgreSQL, weakest first (its manual, "Explicit Locking"). */
public enum LockMode {
    /** Taken by every query. */
    ACCESS_SHARE("AccessShareLock", "only what needs the table for itself"),
    /** Taken by {@code SELECT … FOR UPDATE} and by the table that a foreign key refers to. */
    ROW_SHARE("RowShareLock", "only statements that lock out readers or all writers"),
    /** Taken by every write. */
    ROW_EXCLUSIVE("RowExclusiveLock", "index builds and other schema changes, no query and no write"),
    /** Taken by VACUUM, ANALYZE and the concurrent forms. */
    SHARE_UPDATE_EXCLUSIVE("ShareUpdateExclusiveLock", "other schema changes and VACUUM, no query and no write"),
    /** Taken by a plain index build. */
    SHARE("ShareLock", "every write; reading goes on"),
    /** Taken by triggers and foreign keys. */
    SHARE_ROW_EXCLUSIVE("ShareRowExclusiveLock", "every write; reading goes on"),
    /** Taken by the concurrent refresh of a materialized view. */
    EXCLUSIVE("ExclusiveLock", "every write and SELECT FOR UPDATE; plain reading goes on"),
    /** Taken by most forms of ALTER TABLE. */
    ACCESS_EXCLUSIVE("AccessExclusiveLock", "every read and every write");

    private final String catalogName;
    private final String blocks;

    LockMode(String catalogName, String blocks) {
        this.catalogName = catalogName;
        this.blocks = blocks;
    }

    /** The name in {@code pg_locks.mode}. */
    public String catalogName() {
        return catalogName;
    }

    /** The name in SQL, as {@code LOCK TABLE … IN … MODE} has it. */
    public String words() {
        return name().replace('_', ' ');
    }

    /** What other sessions cannot do meanwhile, to follow "blocks". */
    public String blocks() {
        return blocks;
    }

    /** Whether INSERT, UPDATE and DELETE wait. */
    public boolean blocksWrites() {
        return compareTo(SHARE) >= 0;
    }

    /** Whether SELECT waits. */
    public boolean blocksReads() {
        return this == ACCESS_EXCLUSIVE;
    }

    /** The stronger of two. */
    public LockMode orStronger(LockMode other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /**
     * The mode with this name in the catalog.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static LockMode ofCatalog(String name) {
        return List.of(values()).stream().filter(mode -> mode.catalogName.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }
}
