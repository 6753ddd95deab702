package dev.ferryman.verify.internal;

import dev.ferryman.schema.SqlNames;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects keys of one table until they are enough for one statement on either side. */
final class KeyChunk {
    private static final int MOST_KEYS = 2_000;
    private static final int ENOUGH_CHARACTERS = 250_000;
    /** SQLite takes statements of a million bytes, unless it was built otherwise. */
    private static final int MOST_CHARACTERS = 900_000;
    /** Two to this power is the greatest that an integer holds. */
    private static final int POWER = 62;

    private final List<String> names;
    private final List<TargetKey> columns;
    private final boolean utf16;
    private final StringBuilder source = new StringBuilder();
    private final List<StringBuilder> target = new ArrayList<>();
    private int count;

    /**
     * @param key names of the key's columns in the source
     * @param utf16 whether the source keeps its text in UTF-16
     * @throws NotByKeyException if rows cannot be found by this key
     */
    KeyChunk(ComparedTable table, List<String> key, TargetSpelling spelling, boolean utf16) throws NotByKeyException {
        if (key.isEmpty()) {
            throw new NotByKeyException("it has no key");
        }
        this.utf16 = utf16;
        this.names = key;
        this.columns = new ArrayList<>();
        for (String name : key) {
            ComparedColumn column = table.columns().stream().filter(c -> c.plan().source().equals(name)).findFirst()
                    .orElseThrow(() -> new NotByKeyException("the target has no column for its key " + name));
            columns.add(new TargetKey(column, spelling));
            target.add(new StringBuilder());
        }
    }

    /** Number of columns. */
    int columns() {
        return names.size();
    }

    /** Number of keys in it. */
    int count() {
        return count;
    }

    boolean full() {
        return count >= MOST_KEYS || source.length() >= ENOUGH_CHARACTERS;
    }

    /** Takes the key that a row is. */
    void add(SnapshotRows row) throws NotByKeyException {
        source.append(count == 0 ? "(" : ", (");
        for (int i = 0; i < names.size(); i++) {
            source.append(i == 0 ? "" : ", ").append(literal(row, i));
        }
        source.append(')');
        if (source.length() > MOST_CHARACTERS) {
            throw new NotByKeyException("one of its keys is too long");
        }
        count++;
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            texts.add(columns.get(i).of(row, i));
        }
        if (!texts.contains(null)) {
            for (int i = 0; i < names.size(); i++) {
                StringBuilder array = target.get(i);
                array.append(array.isEmpty() ? "\"" : ",\"")
                        .append(String.valueOf(texts.get(i)).replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
            }
        }
    }

    /** A value as SQLite's SQL, exact, and of no affinity: a plus sign takes that from a cast. */
    private String literal(SnapshotRows row, int at) throws NotByKeyException {
        return switch (row.type(at)) {
            case SnapshotRows.INTEGER -> Long.toString(row.integer(at));
            case SnapshotRows.REAL -> real(row.real(at));
            case SnapshotRows.BLOB -> hex(row, at);
            case SnapshotRows.TEXT -> {
                if (utf16) {
                    throw new NotByKeyException("its key holds text, which the source keeps in UTF-16");
                }
                yield "+CAST(" + hex(row, at) + " AS TEXT)";
            }
            default -> throw new NotByKeyException("a key with NULL in it names no row");
        };
    }

    private static String hex(SnapshotRows row, int at) {
        return "X'" + HexFormat.of().formatHex(row.buffer(), row.offset(at), row.offset(at) + row.length(at)) + "'";
    }

    /** SQLite need not read back the digits of a real exactly; integers and powers of two it does. */
    private static String real(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "9e999" : "-9e999";
        }
        long bits = Double.doubleToLongBits(Math.abs(value));
        int exponent = Math.max(1, (int) (bits >>> 52)) - 1075;
        long digits = bits >>> 52 == 0 ? bits : bits & (1L << 52) - 1 | 1L << 52;
        if (digits != 0) {
            exponent += Long.numberOfTrailingZeros(digits);
            digits >>= Long.numberOfTrailingZeros(digits);
        }
        var text = new StringBuilder("+CAST(").append(value < 0 ? -digits : digits).append(" AS REAL)");
        for (int left = Math.abs(exponent); left > 0; left -= POWER) {
            text.append(exponent > 0 ? " * " : " / ").append("CAST(").append(1L << Math.min(left, POWER))
                    .append(" AS REAL)");
        }
        return text.toString();
    }

    /** The keys. */
    KeySet keys() {
        String values = IntStream.rangeClosed(1, names.size()).mapToObj(i -> "column" + i + " AS k" + i)
                .collect(Collectors.joining(", ", "(SELECT DISTINCT ", " FROM (VALUES " + source + "))"));
        String sourceMatch = IntStream.range(0, names.size()).mapToObj(i -> {
            String name = "s." + SqlNames.quoteSqlite(names.get(i));
            // The first finds the row by the index, whatever its collation; the second wants the very same key.
            return name + " = g.k" + (i + 1) + " AND " + name + " COLLATE BINARY = g.k" + (i + 1);
        }).collect(Collectors.joining(" AND "));
        String arrays = IntStream.range(0, names.size())
                .mapToObj(i -> SqlNames.literal("{" + target.get(i) + "}") + "::" + columns.get(i).type() + "[]")
                .collect(Collectors.joining(", "));
        String given = IntStream.rangeClosed(1, names.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String targetMatch = IntStream.range(0, names.size()).mapToObj(i -> columns.get(i).match("g.k" + (i + 1)))
                .collect(Collectors.joining(" AND ", "EXISTS (SELECT 1 FROM unnest(" + arrays + ") AS g(" + given
                        + ") WHERE ", ")"));
        return new KeySet(values, sourceMatch, targetMatch, count);
    }

    /** Forgets the keys. */
    void clear() {
        source.setLength(0);
        target.forEach(array -> array.setLength(0));
        count = 0;
    }
}
