package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownColumn;
import java.util.List;
import java.util.Set;

/**
 * Which changes of a column's type leave the rows as they are. PostgreSQL writes a table anew unless the new value is the
 * old one's bytes ({@code ATColumnChangeRequiresRewrite} in its {@code tablecmds.c}).
 */
final class Types {
    private static final Set<String> SERIAL = Set.of("serial", "serial2", "serial4", "serial8", "bigserial",
            "smallserial");
    private static final Set<String> TEXTS = Set.of("text", "varchar", "citext");

    private Types() {}

    /** Whether the type is one of the serial types, which are an integer with a sequence as default. */
    static boolean serial(Tree type) {
        return SERIAL.contains(SqlText.typeName(type));
    }

    /** Whether values of the old type are values of the new one, byte for byte. */
    static boolean sameBytes(KnownColumn old, Tree newType, boolean utc) {
        String to = SqlText.typeName(newType);
        String from = old.type();
        List<Integer> limit = SqlText.modifiers(newType);
        if (from.equals(to)) {
            return sameTypeFits(from, old.modifiers(), limit);
        }
        if (TEXTS.contains(from) && TEXTS.contains(to)) {
            return limit.isEmpty();
        }
        if (Set.of(from, to).equals(Set.of("timestamp", "timestamptz"))) {
            return utc && limit.equals(old.modifiers());
        }
        return from.equals("cidr") && to.equals("inet") || from.equals("varbit") && to.equals("bit")
                && limit.isEmpty() || Set.of(from, to).equals(Set.of("oid", "int4"));
    }

    private static boolean sameTypeFits(String type, List<Integer> old, List<Integer> limit) {
        if (old.equals(limit)) {
            return true;
        }
        return switch (type) {
            case "varchar", "varbit", "timestamp", "timestamptz", "time", "timetz" ->
                limit.isEmpty() || !old.isEmpty() && limit.getFirst() >= old.getFirst();
            case "interval" -> limit.isEmpty();
            case "numeric" -> limit.isEmpty()
                    || !old.isEmpty() && limit.getFirst() >= old.getFirst() && scale(limit) == scale(old);
            default -> false;
        };
    }

    private static int scale(List<Integer> numeric) {
        return numeric.size() > 1 ? numeric.get(1) : 0;
    }
}
