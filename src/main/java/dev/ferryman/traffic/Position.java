package dev.ferryman.traffic;

import java.util.OptionalInt;

/** Where an application points. */
public sealed interface Position {

    /** It points there with everything; this was read back, not assumed. */
    record At(Side side) implements Position {}

    /**
     * Writes go to one side, and reads not all to the same one; this was read back, not assumed.
     *
     * @param writes the side that takes writes
     * @param readsOnTarget percentage of reads that go to PostgreSQL
     */
    record Split(Side writes, int readsOnTarget) implements Position {}

    /**
     * It cannot be told.
     *
     * @param why one sentence for a person
     */
    record Unknown(String why) implements Position {}

    /** The position with writes on one side and this percentage of reads on PostgreSQL. */
    static Position of(Side writes, int readsOnTarget) {
        return readsOnTarget == (writes == Side.TARGET ? 100 : 0) ? new At(writes) : new Split(writes, readsOnTarget);
    }

    /** Whether this is known to be the given side, with everything. */
    default boolean is(Side side) {
        return this instanceof At(var at) && at == side;
    }

    /** Percentage of reads that go to PostgreSQL; empty where it cannot be told. */
    default OptionalInt readShare() {
        return switch (this) {
            case At(var side) -> OptionalInt.of(side == Side.TARGET ? 100 : 0);
            case Split(_, var percent) -> OptionalInt.of(percent);
            case Unknown _ -> OptionalInt.empty();
        };
    }

    /** Where the application points, as a sentence. */
    default String sentence() {
        return switch (this) {
            case At(var side) -> "The application points at " + side.database() + ".";
            case Split(var writes, var percent) -> "Writes go to " + writes.database() + ", and " + percent
                    + " % of reads to PostgreSQL.";
            case Unknown(var why) -> "Where the application points is not known: " + why + ".";
        };
    }
}
