package dev.ferryman.schemachange;

/** How far a change of keys is. The stage is written in the transaction that reaches it. */
public enum KeyChangeStage {
    /** Nothing is there. */
    NONE("not begun"),
    /** The columns are there and every write fills both. */
    EXPANDED("both columns are written"),
    /** Every row has its UUIDs. */
    BACKFILLED("every row has its UUIDs"),
    /** Indexes, constraints and foreign keys are there for the UUIDs too. */
    CONSTRAINED("the UUIDs are indexed and constrained"),
    /** The UUIDs carry the columns' names, the old values are still written. */
    SWITCHED("the application uses the UUIDs, the old values are still written"),
    /** The old columns are gone. */
    DROPPED("the old values are gone");

    private final String words;

    KeyChangeStage(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Whether it is at least this far. */
    public boolean reached(KeyChangeStage stage) {
        return compareTo(stage) >= 0;
    }
}
