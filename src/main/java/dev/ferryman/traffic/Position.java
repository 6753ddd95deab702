package dev.ferryman.traffic;

/** Where an application points. */
public sealed interface Position {

    /** It points there; this was read back, not assumed. */
    record At(Side side) implements Position {}

    /**
     * It cannot be told.
     *
     * @param why one sentence for a person
     */
    record Unknown(String why) implements Position {}

    /** Whether this is known to be the given side. */
    default boolean is(Side side) {
        return this instanceof At(var at) && at == side;
    }
}
