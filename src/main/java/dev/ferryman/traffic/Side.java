package dev.ferryman.traffic;

/** The two databases an application can work on. */
public enum Side {
    /** SQLite. */
    SOURCE,
    /** PostgreSQL. */
    TARGET;

    /** The other one. */
    public Side other() {
        return this == SOURCE ? TARGET : SOURCE;
    }

    /** The database's name for a sentence. */
    public String database() {
        return this == SOURCE ? "SQLite" : "PostgreSQL";
    }
}
