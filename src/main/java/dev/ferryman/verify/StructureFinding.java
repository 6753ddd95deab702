package dev.ferryman.verify;

import org.jspecify.annotations.Nullable;

/**
 * Something about the target's tables, columns, indexes, constraints or sequences that is not as planned.
 *
 * @param severity what it means for the verdict
 * @param table source table
 * @param object name of the column, index, constraint or sequence, null where the whole table is meant
 * @param code stable name of the kind of finding in kebab case, such as {@code index-missing}
 * @param message what is wrong and what to do next, in one or two sentences
 */
public record StructureFinding(Severity severity, String table, @Nullable String object, String code, String message) {

    /** What a finding means for the verdict. */
    public enum Severity {
        /** As the plan wants it, worth knowing all the same. */
        NOTE,
        /** Not as planned: the verification fails. */
        FAILURE
    }
}
