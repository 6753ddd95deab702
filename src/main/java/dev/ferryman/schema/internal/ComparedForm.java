package dev.ferryman.schema.internal;

import dev.ferryman.schema.IsoText;
import dev.ferryman.schema.PgType.Base;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.Normalizer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * A function for SQLite that gives values the same text exactly where an existing target takes them for the same:
 * {@code ferryman_form(type, value)}. Values that do not fit the type are told apart; the plan speaks of them elsewhere.
 */
final class ComparedForm extends Function {
    static final String NAME = "ferryman_form";
    /** In the place of a type: text under {@link dev.ferryman.schema.Collation#ICU}. */
    static final String ICU = "ICU";

    private static final int INTEGER = 1;
    private static final int REAL = 2;
    private static final int BLOB = 4;
    private static final int NULL = 5;
    private static final int DATE_LENGTH = 10;
    private static final int KATAKANA_FROM = 'ァ';
    private static final int KATAKANA_TO = 'ヶ';
    private static final int HIRAGANA_FROM = 'ぁ';
    private static final Set<String> TRUE = Set.of("1", "t", "true", "y", "yes", "on");

    private final boolean foldsAllLetters;

    private ComparedForm(boolean foldsAllLetters) {
        this.foldsAllLetters = foldsAllLetters;
    }

    /** Gives a connection the function. */
    static void install(Connection sqlite, boolean foldsAllLetters) throws SQLException {
        create(sqlite, NAME, new ComparedForm(foldsAllLetters));
    }

    /** Whether it is known which values of a type are the same. */
    static boolean knows(Base base) {
        return switch (base) {
            case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, TEXT, VARCHAR, CHAR, CITEXT, BYTEA, DATE, TIME,
                    TIMESTAMP, TIMESTAMPTZ, UUID, ENUM ->
                true;
            case JSON, JSONB, TEXT_ARRAY, DOMAIN, OTHER -> false;
        };
    }

    @Override
    protected void xFunc() throws SQLException {
        var form = form();
        if (form == null) {
            result();
        } else {
            result(form);
        }
    }

    private @Nullable String form() throws SQLException {
        if (value_text(0).equals(ICU)) {
            return value_type(1) == NULL ? null : "t" + icu(value_text(1));
        }
        var base = Base.valueOf(value_text(0));
        return switch (value_type(1)) {
            case NULL -> null;
            case INTEGER -> number(base, BigDecimal.valueOf(value_long(1)));
            case REAL -> real(base, value_double(1));
            case BLOB -> "x" + HexFormat.of().formatHex(blob());
            default -> text(base, value_text(1));
        };
    }

    private byte[] blob() throws SQLException {
        byte @Nullable [] bytes = value_blob(1);
        // An empty one is none to the driver.
        return bytes == null ? new byte[0] : bytes;
    }

    private static String number(Base base, BigDecimal number) {
        return switch (base) {
            case TEXT, VARCHAR, CHAR, CITEXT, ENUM -> "t" + number.toPlainString();
            default -> "n" + number.stripTrailingZeros().toPlainString();
        };
    }

    private static String real(Base base, double real) {
        return Double.isFinite(real) && base != Base.TEXT && base != Base.VARCHAR
                ? number(base, BigDecimal.valueOf(real))
                : "t" + real;
    }

    private String text(Base base, String text) {
        return switch (base) {
            case TEXT, VARCHAR, ENUM -> "t" + text;
            case CHAR -> "t" + text.stripTrailing();
            case CITEXT -> "t" + folded(text);
            case BYTEA -> "x" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case UUID -> "x" + text.toLowerCase(Locale.ROOT).replaceAll("[-{}]", "");
            case BOOLEAN -> TRUE.contains(text.toLowerCase(Locale.ROOT)) ? "n1" : "n0";
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> moment(text);
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> decimal(text);
            case JSON, JSONB, TEXT_ARRAY, DOMAIN, OTHER -> throw new IllegalArgumentException(
                    "no form for values of " + base);
        };
    }

    private String folded(String text) {
        return text.codePoints().map(c -> foldsAllLetters || c < 128 ? Character.toLowerCase(c) : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /**
     * Near to what ICU takes for the same at its second level: case, compatibility forms, the script of digits and of kana,
     * and characters that are not seen do not count. Its own tables are not here; where they take more for the same, PostgreSQL
     * refuses the index.
     */
    private static String icu(String text) {
        var folded = Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().map(ComparedForm::icu)
                .filter(c -> Character.getType(c) != Character.FORMAT && Character.getType(c) != Character.CONTROL)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC);
    }

    private static int icu(int c) {
        if (Character.isDigit(c)) {
            return '0' + Character.digit(c, 10);
        }
        if (c >= KATAKANA_FROM && c <= KATAKANA_TO) {
            return c - KATAKANA_FROM + HIRAGANA_FROM;
        }
        return switch (c) {
            // Its dot is an accent.
            case 'İ' -> c;
            case 'ς' -> 'σ';
            default -> Character.toLowerCase(c);
        };
    }

    private static String decimal(String text) {
        try {
            return number(Base.NUMERIC, new BigDecimal(text.strip()));
        } catch (NumberFormatException _) {
            return "t" + text;
        }
    }

    /** A date is the same as its midnight, and a moment without a zone is one of UTC, as the conversions read them. */
    private static String moment(String text) {
        var iso = IsoText.parse(text);
        if (iso == null) {
            return "t" + text;
        }
        return switch (iso.form()) {
            case DATE -> "n" + LocalDate.parse(text).atStartOfDay();
            case TIME -> "n" + LocalTime.parse(text);
            case TIMESTAMP, TIMESTAMPTZ -> {
                var date = LocalDate.parse(text.substring(0, DATE_LENGTH));
                var rest = text.substring(DATE_LENGTH + 1).replace(" ", "").replace('z', 'Z');
                var zone = Math.max(rest.indexOf('Z'), Math.max(rest.indexOf('+'), rest.indexOf('-')));
                var time = LocalTime.parse(zone < 0 ? rest : rest.substring(0, zone));
                var offset = zone < 0 ? ZoneOffset.UTC : ZoneOffset.of(rest.substring(zone));
                yield "n" + date.atTime(time).minusSeconds(offset.getTotalSeconds());
            }
        };
    }
}
