package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.IsoText;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.Trait;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the values of one column one by one and keeps what the profile says of them. */
final class ColumnScan {
    private static final Trait[] TRAITS = Trait.values();
    private static final int EXAMPLES = 5;
    private static final int MOST_TEXTS = 50;
    private static final int LONGEST_TEXT = 64;
    private static final double[] TENS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

    private final String column;
    private final DeclaredType declared;
    private final boolean utf16;
    private final Supplier<String> key;
    private final long[] counts = new long[TRAITS.length];
    private final Map<Trait, List<String>> examples = new EnumMap<>(Trait.class);
    /** Given up (null) once there are too many. */
    private @Nullable Set<String> texts = new HashSet<>();
    private long minInteger = Long.MAX_VALUE;
    private long maxInteger = Long.MIN_VALUE;
    private double minReal = Double.POSITIVE_INFINITY;
    private double maxReal = Double.NEGATIVE_INFINITY;
    private int integerDigits;
    private int fractionDigits;
    private int minCharacters = Integer.MAX_VALUE;
    private int maxCharacters;
    private long maxBytes;
    private int timeFractionDigits;
    private @Nullable String layout;

    /** @param key renders the key of the row whose value is being taken */
    ColumnScan(SourceColumn column, boolean utf16, Supplier<String> key) {
        this.column = column.name();
        this.declared = DeclaredType.of(column.declaredType());
        this.utf16 = utf16;
        this.key = key;
    }

    ColumnProfile profile() {
        Map<Trait, Long> byTrait = new EnumMap<>(Trait.class);
        for (var trait : TRAITS) {
            if (counts[trait.ordinal()] > 0) {
                byTrait.put(trait, counts[trait.ordinal()]);
            }
        }
        var integers = counts[Trait.INTEGER.ordinal()] > 0;
        var finite = minReal <= maxReal;
        return new ColumnProfile(column, byTrait, examples, integers ? minInteger : 0, integers ? maxInteger : 0,
                finite ? minReal : 0, finite ? maxReal : 0, integerDigits, fractionDigits,
                minCharacters == Integer.MAX_VALUE ? 0 : minCharacters, maxCharacters, maxBytes, timeFractionDigits,
                texts == null ? new TreeSet<>() : new TreeSet<>(texts));
    }

    private void hit(Trait trait) {
        if (counts[trait.ordinal()]++ < EXAMPLES) {
            examples.computeIfAbsent(trait, _ -> new ArrayList<>()).add(key.get());
        }
    }

    void ofNull() {
        counts[Trait.NULL.ordinal()]++;
        if (counts[Trait.NULL.ordinal()] <= EXAMPLES) {
            examples.computeIfAbsent(Trait.NULL, _ -> new ArrayList<>()).add(key.get());
        }
    }

    void ofInteger(long value) {
        hit(Trait.INTEGER);
        minInteger = Math.min(minInteger, value);
        maxInteger = Math.max(maxInteger, value);
        if (value != 0 && value != 1) {
            hit(Trait.INTEGER_NOT_BOOLEAN);
            if (value != (short) value) {
                hit(Trait.INTEGER_OVER_INT2);
                if (value != (int) value) {
                    hit(Trait.INTEGER_OVER_INT4);
                    // Beyond 2^53 not every integer is a double; Long.MAX_VALUE comes back from one by saturation.
                    if ((long) (double) value != value || value == Long.MAX_VALUE) {
                        hit(Trait.INTEGER_OVER_DOUBLE);
                    }
                }
            }
        }
        number(integerDigits(value), 0);
    }

    private static int integerDigits(long value) {
        if (value > -10 && value < 10) {
            return value == 0 ? 0 : 1;
        }
        return BigDecimal.valueOf(value).precision();
    }

    private void number(int whole, int fraction) {
        integerDigits = Math.max(integerDigits, whole);
        fractionDigits = Math.max(fractionDigits, fraction);
        if (declared.family() == DeclaredType.Family.NUMERIC && declared.first() != null) {
            var scale = declared.second() == null ? 0 : declared.second();
            if (fraction > scale || whole > declared.first() - scale) {
                hit(Trait.NUMBER_OVER_DECLARED);
            }
        }
    }

    void ofReal(double value) {
        hit(Trait.REAL);
        if (Double.isInfinite(value)) {
            hit(Trait.REAL_INFINITE);
            return;
        }
        if (value != Math.rint(value)) {
            hit(Trait.REAL_FRACTIONAL);
        }
        minReal = Math.min(minReal, value);
        maxReal = Math.max(maxReal, value);
        realDigits(value);
    }

    private void realDigits(double value) {
        // The decimal k/10^s with at most 15 digits that gives this double is its shortest one.
        for (var scale = 0; scale < TENS.length; scale++) {
            var shifted = Math.rint(value * TENS[scale]);
            if (Math.abs(shifted) < 1e15 && shifted / TENS[scale] == value) {
                number(integerDigits((long) value), scale);
                return;
            }
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        number(Math.max(decimal.precision() - decimal.scale(), 0), Math.max(decimal.scale(), 0));
    }

    void ofBlob(byte[] value) {
        hit(Trait.BLOB);
        maxBytes = Math.max(maxBytes, value.length);
        if (value.length != 16) {
            hit(Trait.BLOB_NOT_UUID);
        }
    }

    void ofOversized(boolean text, long bytes) {
        hit(text ? Trait.TEXT : Trait.BLOB);
        hit(Trait.OVERSIZED);
        maxBytes = Math.max(maxBytes, bytes);
    }

    /** @param invalid whether its bytes are no valid UTF-8 */
    void ofText(String value, boolean invalid) {
        hit(Trait.TEXT);
        lengths(value);
        if (value.isEmpty()) {
            hit(Trait.TEXT_EMPTY);
        }
        if (value.indexOf('\0') >= 0) {
            hit(Trait.TEXT_NUL);
        }
        if (invalid) {
            hit(Trait.TEXT_INVALID);
        } else if (utf16 && value.indexOf('\uFFFD') >= 0) {
            hit(Trait.TEXT_REPLACEMENT);
        }
        remember(value);
        if (!BooleanSpelling.is(value)) {
            hit(Trait.TEXT_NOT_BOOLEAN);
        }
        iso(value);
        uuid(value);
        json(value);
        decimal(value);
    }

    private void remember(String value) {
        var known = texts;
        if (known != null && (value.length() > LONGEST_TEXT || known.add(value) && known.size() > MOST_TEXTS)) {
            texts = null;
        }
    }

    private void lengths(String value) {
        var characters = 0;
        var bytes = 0L;
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            characters++;
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        minCharacters = Math.min(minCharacters, characters);
        maxCharacters = Math.max(maxCharacters, characters);
        maxBytes = Math.max(maxBytes, bytes);
        if (declared.family() == DeclaredType.Family.VARCHAR && declared.first() != null
                && characters > declared.first()) {
            hit(Trait.TEXT_OVER_DECLARED);
        }
    }

    private void iso(String value) {
        var iso = IsoText.parse(value);
        if (iso == null) {
            hit(Trait.TEXT_NOT_ISO);
            return;
        }
        hit(switch (iso.form()) {
            case DATE -> Trait.TEXT_DATE;
            case TIME -> Trait.TEXT_TIME;
            case TIMESTAMP -> Trait.TEXT_TIMESTAMP;
            case TIMESTAMPTZ -> Trait.TEXT_TIMESTAMPTZ;
        });
        timeFractionDigits = Math.max(timeFractionDigits, iso.fractionDigits());
        if (layout == null) {
            layout = iso.layout();
        } else if (!layout.equals(iso.layout())) {
            hit(Trait.TEXT_OTHER_LAYOUT);
        }
    }

    private void uuid(String value) {
        var length = value.length();
        if (length != 32 && length != 36 && length != 38) {
            return;
        }
        var from = length == 38 && value.charAt(0) == '{' && value.charAt(37) == '}' ? 1 : 0;
        var dashed = length != 32;
        if (length == 38 && from == 0) {
            return;
        }
        var canonical = length == 36;
        for (var i = 0; i < length - 2 * from; i++) {
            var c = value.charAt(from + i);
            if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
                if (c != '-') {
                    return;
                }
            } else if (c >= 'A' && c <= 'F') {
                canonical = false;
            } else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return;
            }
        }
        hit(canonical ? Trait.TEXT_UUID_CANONICAL : Trait.TEXT_UUID_OTHER);
    }

    private void json(String value) {
        var verdict = JsonText.of(value);
        if (verdict == JsonText.Verdict.STRINGS) {
            hit(Trait.TEXT_STRING_ARRAY);
        }
        hit(switch (verdict) {
            case BOTH, STRINGS -> Trait.TEXT_JSON;
            case JSON_ONLY -> Trait.TEXT_JSON_ONLY;
            case NEITHER -> Trait.TEXT_NOT_JSON;
        });
    }

    private void decimal(String value) {
        var length = value.length();
        var i = 0;
        if (length > 1 && (value.charAt(0) == '-' || value.charAt(0) == '+')) {
            i++;
        }
        var start = i;
        while (i < length && value.charAt(i) >= '0' && value.charAt(i) <= '9') {
            i++;
        }
        var whole = i - start;
        var fraction = 0;
        if (i < length && value.charAt(i) == '.') {
            fraction = length - ++i;
            while (i < length && value.charAt(i) >= '0' && value.charAt(i) <= '9') {
                i++;
            }
        }
        if (i == length && whole > 0) {
            hit(Trait.TEXT_DECIMAL);
            while (whole > 0 && value.charAt(start) == '0') {
                start++;
                whole--;
            }
            number(whole, fraction);
        }
    }
}
