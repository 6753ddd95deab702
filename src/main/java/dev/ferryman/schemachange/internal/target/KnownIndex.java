package dev.ferryman.schemachange.internal.target;

import java.util.List;

/**
 * An index.
 *
 * @param name its name, without schema
 * @param columns plain columns in their order; an expression is an empty text
 * @param unique whether it is unique
 * @param whole whether it has no predicate
 * @param valid false where a concurrent build was interrupted
 * @param scans how often it was used since the statistics were reset
 * @param bytes its size
 */
public record KnownIndex(String name, List<String> columns, boolean unique, boolean whole, boolean valid, long scans,
        long bytes) {
    /** Whether a lookup by these columns, in any order, can use it. */
    public boolean serves(List<String> wanted) {
        return whole && columns.size() >= wanted.size()
                && columns.subList(0, wanted.size()).containsAll(wanted);
    }
}
