package dev.ferryman.replication;

/**
 * The source is no longer what the capture was installed on: changes may have been missed, so that the cutover must not
 * go on.
 *
 * @param kind what kind of change it is
 * @param object table, trigger or file concerned
 * @param what what changed, one sentence
 * @param next what is safe now and what to do next, one sentence
 */
public record Drift(Kind kind, String object, String what, String next) {

    /** Kinds of drift. */
    public enum Kind {
        /** The capture's own tables are gone: it was removed, or the file was restored from before it. */
        CAPTURE_GONE,
        /** A trigger or change table of the capture is missing or is another one than was installed. */
        TRIGGER_MISSING,
        /** A table that is moved was altered, rebuilt, renamed or dropped; or one of its indexes or triggers was. */
        SCHEMA_CHANGED,
        /** There is a table that the plan does not know. */
        TABLE_ADDED,
        /** The path leads to another file than before. */
        FILE_REPLACED,
        /** The text encoding is another one than before. */
        ENCODING_CHANGED
    }
}
