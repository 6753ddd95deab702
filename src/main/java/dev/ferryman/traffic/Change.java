package dev.ferryman.traffic;

/** What came of a request to point the application somewhere. */
public sealed interface Change {

    /**
     * It points there now.
     *
     * @param summary one sentence: what was changed
     */
    record Done(String summary) implements Change {}

    /** It pointed there already; nothing was changed. */
    record Nothing() implements Change {}

    /**
     * A person has to do it.
     *
     * @param instructions what to do and what to note as evidence
     */
    record ByPerson(String instructions) implements Change {}
}
