package dev.ferryman.schema.internal;

import dev.ferryman.schema.NameCase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Gives out names of one namespace of PostgreSQL: at most 63 bytes, none twice. A name that fits is kept as it is; one
 * that does not is cut and gets a piece of its own hash, so that the same name always becomes the same.
 */
final class TargetNames {
    private static final int LONGEST_BYTES = 63;
    /** Columns every table of PostgreSQL has. */
    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private final NameCase nameCase;
    private final Set<String> taken = new HashSet<>();

    /** @param nameCase how names are written before anything else is looked at */
    TargetNames(NameCase nameCase) {
        this.nameCase = nameCase;
    }

    /** Names of columns of one table. */
    static TargetNames forColumns(NameCase nameCase) {
        var names = new TargetNames(nameCase);
        names.taken.addAll(SYSTEM_COLUMNS);
        return names;
    }

    /** A name under the policy alone, for a namespace of its own. */
    String cased(String name) {
        return nameCase.apply(name);
    }

    /** Whether a name is what the policy alone makes of the wanted one. */
    boolean isPlain(String wanted, String name) {
        return nameCase.apply(wanted).equals(name);
    }

    /** A name as near to the wanted one as possible. */
    String take(String wanted) {
        var cased = nameCase.apply(wanted);
        var base = cased.isEmpty() ? "_" : cased;
        var name = bytes(base) <= LONGEST_BYTES ? base : shorten(base, "_" + hash(base));
        for (var number = 2; !taken.add(name); number++) {
            name = shorten(base, "_" + number);
        }
        return name;
    }

    private static String shorten(String name, String suffix) {
        var end = name.length();
        while (bytes(name.substring(0, end)) + bytes(suffix) > LONGEST_BYTES) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end) + suffix;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
