package dev.ferryman.verify.internal;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A type whose binary format nobody here reads: its text as the target spells it, against the source's text as the
 * target would spell it. Most texts are spelled alike already; the target is asked for the others only.
 */
final class ForeignForm extends ValueForm {
    private static final int REMEMBERED = 1_000;

    private final String type;
    private final TargetSpelling spelling;
    private final Map<String, byte[]> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    ForeignForm(String type, TargetSpelling spelling) {
        this.type = type;
        this.spelling = spelling;
    }

    @Override
    void source(SnapshotRows row, int column, Canonical out) {
        byte[] text = sourceText(row, column);
        String key = new String(text, StandardCharsets.UTF_8);
        byte[] spelled = remembered.get(key);
        if (spelled == null) {
            try {
                String answer = spelling.of(type, key);
                if (answer == null) {
                    out.unreadable("refused by the target's type " + type);
                    return;
                }
                spelled = answer.getBytes(StandardCharsets.UTF_8);
            } catch (SQLException e) {
                throw new LostTargetException(e);
            }
            remembered.put(key, spelled);
        }
        out.bytes(spelled, 0, spelled.length);
    }

    private static byte[] sourceText(SnapshotRows row, int column) {
        return switch (row.type(column)) {
            case SnapshotRows.TEXT, SnapshotRows.BLOB -> row.bytes(column);
            default -> TextForms.numberText(row, column);
        };
    }

    @Override
    void target(byte[] buffer, int offset, int length, Canonical out) {
        out.bytes(buffer, offset, length);
    }

    @Override
    boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left, Canonical right) {
        byte[] text = sourceText(row, column);
        return Arrays.equals(text, 0, text.length, buffer, offset, offset + length)
                || super.same(row, column, buffer, offset, length, left, right);
    }

    @Override
    String show(byte[] buffer, int offset, int length) {
        return Shown.text(buffer, offset, length);
    }

    /** The connection broke while the target was asked; ends the comparison of the table. */
    static final class LostTargetException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        LostTargetException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
