package dev.ferryman.schema.internal;

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

    private final Set<String> taken = new HashSet<>();

    /** Names of columns of one table. */
    static TargetNames forColumns() {
        var names = new TargetNames();
        names.taken.addAll(SYSTEM_COLUMNS);
        return names;
    }

    /** A name as near to the wanted one as possible. */
    String take(String wanted) {
        var base = wanted.isEmpty() ? "_" : wanted;
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
