package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.internal.parse.Tree;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names that PostgreSQL would cut off. */
final class Names {
    /** {@code NAMEDATALEN} - 1 of an ordinary build. The parser has cut already, to just this length. */
    private static final int MOST_BYTES = 63;

    private Names() {}

    static void check(Verdict verdict, String name, Tree at) {
        boolean cut = name.getBytes(StandardCharsets.UTF_8).length == MOST_BYTES && goesOn(verdict, name);
        if (cut || name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            verdict.find(Rule.NAME_TOO_LONG, at, "PostgreSQL cuts this name off: " + name + ".",
                    "Choose a name of at most 63 bytes.");
        }
    }

    private static boolean goesOn(Verdict verdict, String name) {
        String sql = verdict.surroundings().statement().sql();
        int after = sql.toLowerCase(Locale.ROOT).indexOf(name.toLowerCase(Locale.ROOT)) + name.length();
        return after < sql.length() && after >= name.length()
                && (Character.isLetterOrDigit(sql.charAt(after)) || sql.charAt(after) == '_');
    }
}
