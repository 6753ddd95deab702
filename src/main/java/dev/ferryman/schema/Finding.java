package dev.ferryman.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something the plan has to say: a value that does not fit, an object that is left out, a conversion that changes the
 * form of a value.
 *
 * @param severity what it means for the copy
 * @param table source table, null where the whole database is meant
 * @param column source column, null where the whole table is meant
 * @param code stable name of the kind of finding in kebab case, such as {@code text-in-integer}
 * @param message what was found and what the plan does about it, in one or two sentences
 * @param count rows concerned, 0 where rows are not what is counted
 * @param exampleKeys up to five keys of rows concerned, rendered for a person
 * @param sql the source's statement that is spoken of, such as that of a view that stays behind; null where none is
 */
public record Finding(Severity severity, @Nullable String table, @Nullable String column, String code, String message,
        long count, List<String> exampleKeys, @Nullable String sql) {

    /** A finding that is not about a statement. */
    public Finding(Severity severity, @Nullable String table, @Nullable String column, String code, String message,
            long count, List<String> exampleKeys) {
        this(severity, table, column, code, message, count, exampleKeys, null);
    }

    /** What a finding means for the copy. */
    public enum Severity {
        /** Worth knowing; values arrive as they are. */
        INFO,
        /** The plan deviates from the declaration or leaves an object out; to be accepted by a person. */
        WARNING,
        /** The copy is refused until the data or the plan changes. */
        BLOCKER
    }

    public Finding {
        exampleKeys = List.copyOf(exampleKeys);
    }
}
