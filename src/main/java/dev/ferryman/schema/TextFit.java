package dev.ferryman.schema;

import dev.ferryman.schema.internal.JsonText;
import dev.ferryman.schema.internal.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * Tells of one text whether a type holds it, where only PostgreSQL would find out otherwise. The profile counts by the
 * same rules.
 */
public final class TextFit {
    private TextFit() {}

    /**
     * Whether a column takes a text (or the bytes of a blob that it reads as text) exactly. Lengths and numbers are not
     * looked at: encoding them tells.
     *
     * @param column the column as planned
     * @param rule the rule for its values
     * @param text holds the text in UTF-8 from its first byte on
     * @param length its length in bytes
     */
    public static boolean holds(ColumnPlan column, QuarantineRule rule, byte[] text, int length) {
        return switch (column.type().base()) {
            case TEXT, VARCHAR, CITEXT -> isText(text, length);
            case CHAR -> {
                var characters = Utf8.characters(text, length);
                var wanted = column.type().length() == null ? 1 : column.type().length();
                yield isText(text, length) && characters == wanted;
            }
            case ENUM -> rule.accepted().contains(string(text, length));
            case JSON -> isText(text, length) && JsonText.of(text, length) != JsonText.Verdict.NEITHER;
            case JSONB -> isText(text, length) && switch (JsonText.of(text, length)) {
                case BOTH, STRINGS -> true;
                case JSON_ONLY, NEITHER -> false;
            };
            case TEXT_ARRAY -> isText(text, length) && JsonText.of(text, length) == JsonText.Verdict.STRINGS;
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> {
                if (column.conversion() != Conversion.ISO_TEXT) {
                    yield true;
                }
                var iso = IsoText.parse(string(text, length));
                yield iso != null && rule.accepted().contains(iso.form().name());
            }
            case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, BYTEA, UUID, DOMAIN, OTHER -> true;
        };
    }

    private static boolean isText(byte[] text, int length) {
        for (var i = 0; i < length; i++) {
            if (text[i] == 0) {
                return false;
            }
        }
        return Utf8.characters(text, length) >= 0;
    }

    private static String string(byte[] text, int length) {
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
