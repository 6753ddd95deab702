package dev.ferryman.schemachange;

/**
 * What a look at a changed schema has found.
 *
 * @param weight how much it counts
 * @param words one sentence, with the objects and rows it is about
 */
public record Observation(Weight weight, String words) {
    /** How much an observation counts. */
    public enum Weight {
        /** It is not as it should be. */
        WRONG,
        /** Somebody should look at it; nothing is broken. */
        WARNING,
        /** Only said. */
        NOTE
    }

    static Observation wrong(String words) {
        return new Observation(Weight.WRONG, words);
    }

    static Observation warning(String words) {
        return new Observation(Weight.WARNING, words);
    }

    static Observation note(String words) {
        return new Observation(Weight.NOTE, words);
    }
}
