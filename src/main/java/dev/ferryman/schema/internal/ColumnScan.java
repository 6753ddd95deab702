package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.Trait;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the values of one column, of a range of rows, one by one and keeps what the profile says of them. Text is looked
 * at as bytes: nothing is decoded.
 */
final class ColumnScan {
    private static final Trait[] TRAITS = Trait.values();
    private static final int EXAMPLES = 5;
    private static final double[] TENS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;

    private final String column;
    private final boolean utf16;
    private final RowKey key;
    /** Digits that a declared {@code (p,s)} allows before and after the point; any where none is declared. */
    private final int declaredWhole;
    private final int declaredFraction;
    private final int declaredCharacters;
    private final long[] counts = new long[TRAITS.length];
    private final Map<Trait, List<String>> examples = new EnumMap<>(Trait.class);
    private final FewTexts texts = new FewTexts();
    private final Layouts layouts = new Layouts();
    private long minInteger = Long.MAX_VALUE;
    private long maxInteger = Long.MIN_VALUE;
    private double minReal = Double.POSITIVE_INFINITY;
    private double maxReal = Double.NEGATIVE_INFINITY;
    private int integerDigits;
    private long tenToDigits = 1;
    private int fractionDigits;
    private int minCharacters = Integer.MAX_VALUE;
    private int maxCharacters;
    private long maxBytes;

    /**
     * Begins without a value.
     *
     * @param utf16 whether the database keeps its text in UTF-16
     * @param key the row whose value is being taken
     */
    ColumnScan(SourceColumn column, boolean utf16, RowKey key) {
        this.column = column.name();
        this.utf16 = utf16;
        this.key = key;
        var declared = DeclaredType.of(column.declaredType());
        var first = declared.first();
        var scale = declared.second() == null ? 0 : declared.second();
        var numeric = first != null && declared.family() == DeclaredType.Family.NUMERIC;
        var varchar = first != null && declared.family() == DeclaredType.Family.VARCHAR;
        var size = first == null ? 0 : first;
        this.declaredWhole = numeric ? size - scale : Integer.MAX_VALUE;
        this.declaredFraction = numeric ? scale : Integer.MAX_VALUE;
        this.declaredCharacters = varchar ? size : Integer.MAX_VALUE;
    }

    /** Takes what another scan says of the rows after these. */
    void addAll(ColumnScan later, long positions) {
        for (var trait : TRAITS) {
            counts[trait.ordinal()] += later.counts[trait.ordinal()];
        }
        later.examples.forEach((trait, keys) -> {
            var mine = examples.computeIfAbsent(trait, _ -> new ArrayList<>());
            mine.addAll(keys.subList(0, Math.min(keys.size(), EXAMPLES - mine.size())));
        });
        texts.addAll(later.texts);
        layouts.addAll(later.layouts, positions);
        minInteger = Math.min(minInteger, later.minInteger);
        maxInteger = Math.max(maxInteger, later.maxInteger);
        minReal = Math.min(minReal, later.minReal);
        maxReal = Math.max(maxReal, later.maxReal);
        integerDigits = Math.max(integerDigits, later.integerDigits);
        fractionDigits = Math.max(fractionDigits, later.fractionDigits);
        minCharacters = Math.min(minCharacters, later.minCharacters);
        maxCharacters = Math.max(maxCharacters, later.maxCharacters);
        maxBytes = Math.max(maxBytes, later.maxBytes);
    }

    ColumnProfile profile() {
        Map<Trait, Long> byTrait = new EnumMap<>(Trait.class);
        for (var trait : TRAITS) {
            if (counts[trait.ordinal()] > 0) {
                byTrait.put(trait, counts[trait.ordinal()]);
            }
        }
        Map<Trait, List<String>> keys = new EnumMap<>(examples);
        if (layouts.others() > 0) {
            byTrait.put(Trait.TEXT_OTHER_LAYOUT, layouts.others());
            keys.put(Trait.TEXT_OTHER_LAYOUT, layouts.otherExamples());
        }
        var integers = counts[Trait.INTEGER.ordinal()] > 0;
        var finite = minReal <= maxReal;
        return new ColumnProfile(column, byTrait, keys, integers ? minInteger : 0, integers ? maxInteger : 0,
                finite ? minReal : 0, finite ? maxReal : 0, integerDigits, fractionDigits,
                minCharacters == Integer.MAX_VALUE ? 0 : minCharacters, maxCharacters, maxBytes,
                layouts.fractionDigits(), texts.toSet());
    }

    private void hit(Trait trait) {
        if (counts[trait.ordinal()]++ < EXAMPLES) {
            examples.computeIfAbsent(trait, _ -> new ArrayList<>()).add(key.toString());
        }
    }

    void ofNull() {
        hit(Trait.NULL);
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
        if (!fewDigits(value)) {
            number(integerDigits(value), 0);
        }
    }

    /** Whether a number has no more digits before the point than one before it, and no limit was declared. */
    private boolean fewDigits(long value) {
        return value < tenToDigits && -value < tenToDigits && declaredWhole == Integer.MAX_VALUE
                && value != Long.MIN_VALUE;
    }

    private static int integerDigits(long value) {
        // Counted on the negative side, which has one number more.
        var rest = value < 0 ? value : -value;
        var digits = 0;
        while (rest < 0) {
            rest /= 10;
            digits++;
        }
        return digits;
    }

    private void number(int whole, int fraction) {
        if (whole > integerDigits) {
            integerDigits = whole;
            tenToDigits = whole < 19 ? (long) Math.pow(10, whole) : Long.MAX_VALUE;
        }
        fractionDigits = Math.max(fractionDigits, fraction);
        if (fraction > declaredFraction || whole > declaredWhole) {
            hit(Trait.NUMBER_OVER_DECLARED);
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
        // What as many digits express as were needed before changes nothing, unless each value has to be judged.
        if (declaredFraction == Integer.MAX_VALUE && fractionDigits < TENS.length
                && isDecimal(value, fractionDigits)) {
            if (!fewDigits((long) value)) {
                number(integerDigits((long) value), 0);
            }
            return;
        }
        for (var scale = 0; scale < TENS.length; scale++) {
            if (isDecimal(value, scale)) {
                number(integerDigits((long) value), scale);
                return;
            }
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        number(Math.max(decimal.precision() - decimal.scale(), 0), Math.max(decimal.scale(), 0));
    }

    /** Whether so many digits after the point give this double: a decimal of at most 15 digits is then its shortest. */
    private static boolean isDecimal(double value, int scale) {
        var shifted = Math.rint(value * TENS[scale]);
        return Math.abs(shifted) < 1e15 && shifted / TENS[scale] == value;
    }

    void ofBlob(int length) {
        hit(Trait.BLOB);
        maxBytes = Math.max(maxBytes, length);
        if (length != 16) {
            hit(Trait.BLOB_NOT_UUID);
        }
    }

    void ofOversized(boolean text, long bytes) {
        hit(text ? Trait.TEXT : Trait.BLOB);
        hit(Trait.OVERSIZED);
        maxBytes = Math.max(maxBytes, bytes);
    }

    /**
     * Takes a text.
     *
     * @param value its bytes as stored (of a UTF-16 database: in UTF-8) and perhaps more
     * @param length how many they are
     */
    void ofText(byte[] value, int length) {
        hit(Trait.TEXT);
        if (length == 0) {
            hit(Trait.TEXT_EMPTY);
        }
        var characters = characters(value, length);
        minCharacters = Math.min(minCharacters, characters);
        maxCharacters = Math.max(maxCharacters, characters);
        maxBytes = Math.max(maxBytes, length);
        if (characters > declaredCharacters) {
            hit(Trait.TEXT_OVER_DECLARED);
        }
        texts.add(value, length, characters);
        if (!BooleanSpelling.is(value, length)) {
            hit(Trait.TEXT_NOT_BOOLEAN);
        }
        iso(value, length);
        uuid(value, length);
        json(value, length);
        decimal(value, length);
    }

    /** Counts characters; what is wrong with them on the way is a trait. */
    private int characters(byte[] value, int length) {
        var high = 0L;
        var zeros = 0L;
        var i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            var eight = (long) EIGHT_BYTES.get(value, i);
            high |= eight;
            zeros |= eight - LOW_BITS & ~eight;
        }
        for (; i < length; i++) {
            high |= value[i];
            zeros |= value[i] - 1L & ~value[i];
        }
        if ((zeros & HIGH_BITS) != 0) {
            hit(Trait.TEXT_NUL);
        }
        if ((high & HIGH_BITS) == 0) {
            return length;
        }
        var characters = Utf8.characters(value, length);
        if (characters >= 0) {
            if (utf16 && Utf8.hasReplacement(value, length)) {
                hit(Trait.TEXT_REPLACEMENT);
            }
            return characters;
        }
        hit(utf16 ? Trait.TEXT_REPLACEMENT : Trait.TEXT_INVALID);
        var readable = new String(value, 0, length, StandardCharsets.UTF_8);
        return readable.codePointCount(0, readable.length());
    }

    private void iso(byte[] value, int length) {
        var layout = IsoLayout.of(value, length);
        if (layout == IsoLayout.NONE) {
            hit(Trait.TEXT_NOT_ISO);
            return;
        }
        hit(switch (IsoLayout.form(layout)) {
            case DATE -> Trait.TEXT_DATE;
            case TIME -> Trait.TEXT_TIME;
            case TIMESTAMP -> Trait.TEXT_TIMESTAMP;
            case TIMESTAMPTZ -> Trait.TEXT_TIMESTAMPTZ;
        });
        layouts.add(layout, key.position(), key::toString);
    }

    private void uuid(byte[] value, int length) {
        if (length != 32 && length != 36 && length != 38) {
            return;
        }
        var from = length == 38 && value[0] == '{' && value[37] == '}' ? 1 : 0;
        var dashed = length != 32;
        if (length == 38 && from == 0) {
            return;
        }
        var canonical = length == 36;
        for (var i = 0; i < length - 2 * from; i++) {
            var c = value[from + i];
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

    private void json(byte[] value, int length) {
        var verdict = JsonText.of(value, length);
        if (verdict == JsonText.Verdict.STRINGS) {
            hit(Trait.TEXT_STRING_ARRAY);
        }
        hit(switch (verdict) {
            case BOTH, STRINGS -> Trait.TEXT_JSON;
            case JSON_ONLY -> Trait.TEXT_JSON_ONLY;
            case NEITHER -> Trait.TEXT_NOT_JSON;
        });
    }

    private void decimal(byte[] value, int length) {
        var i = length > 1 && (value[0] == '-' || value[0] == '+') ? 1 : 0;
        var start = i;
        while (i < length && value[i] >= '0' && value[i] <= '9') {
            i++;
        }
        var whole = i - start;
        if (whole == 0) {
            return;
        }
        var fraction = 0;
        if (i < length && value[i] == '.') {
            fraction = length - ++i;
            while (i < length && value[i] >= '0' && value[i] <= '9') {
                i++;
            }
        }
        if (i == length) {
            hit(Trait.TEXT_DECIMAL);
            while (whole > 0 && value[start] == '0') {
                start++;
                whole--;
            }
            number(whole, fraction);
        }
    }
}
