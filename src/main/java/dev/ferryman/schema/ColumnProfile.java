package dev.ferryman.schema;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the values of one column are.
 *
 * @param column column name in the source
 * @param counts values per trait; traits no value has are absent
 * @param examples up to five keys per trait, rendered for a person
 * @param minInteger least integer, 0 where there is none
 * @param maxInteger greatest integer, 0 where there is none
 * @param minReal least finite real, 0 where there is none
 * @param maxReal greatest finite real, 0 where there is none
 * @param integerDigits most digits before the point of any number or decimal text
 * @param fractionDigits most digits after the point of any number (its shortest round-trip decimal) or decimal text
 * @param minCharacters length of the shortest text in characters (code points), 0 where there is none
 * @param maxCharacters length of the longest text in characters (code points)
 * @param maxBytes length of the largest text (UTF-8) or blob in bytes
 * @param timeFractionDigits most fractional-second digits of any ISO text
 * @param texts distinct texts, all of them where there are at most fifty, each of at most 64 characters; otherwise
 *        empty
 */
public record ColumnProfile(String column, Map<Trait, Long> counts, Map<Trait, List<String>> examples, long minInteger,
        long maxInteger, double minReal, double maxReal, int integerDigits, int fractionDigits, int minCharacters,
        int maxCharacters, long maxBytes,
        int timeFractionDigits, SortedSet<String> texts) {
    public ColumnProfile {
        var counted = new EnumMap<Trait, Long>(Trait.class);
        counted.putAll(counts);
        counts = counted;
        var shown = new EnumMap<Trait, List<String>>(Trait.class);
        shown.putAll(examples);
        examples = shown;
    }

    /** Number of values with a trait. */
    public long count(Trait trait) {
        return counts.getOrDefault(trait, 0L);
    }

    /** Whether any value has a trait. */
    public boolean has(Trait trait) {
        return count(trait) > 0;
    }

    /** Number of values with any of some traits that exclude each other. */
    public long count(Trait first, Trait... others) {
        var sum = count(first);
        for (var trait : others) {
            sum += count(trait);
        }
        return sum;
    }

    /** Number of values that are not NULL. */
    public long values() {
        return count(Trait.INTEGER, Trait.REAL, Trait.TEXT, Trait.BLOB);
    }

    /** Whether no value is of another storage class than these (NULL aside). */
    public boolean only(Trait first, Trait... others) {
        return count(first, others) == values();
    }

    /** Keys of up to five values with a trait. */
    public List<String> examplesOf(Trait trait) {
        return examples.getOrDefault(trait, List.of());
    }

    /** The profile as it would be if every empty text were NULL. */
    public ColumnProfile withoutEmptyTexts() {
        var empty = count(Trait.TEXT_EMPTY);
        var left = new EnumMap<>(counts);
        for (var trait : List.of(Trait.TEXT, Trait.TEXT_EMPTY, Trait.TEXT_NOT_ISO, Trait.TEXT_NOT_BOOLEAN,
                Trait.TEXT_NOT_JSON)) {
            left.computeIfPresent(trait, (_, count) -> count > empty ? count - empty : null);
        }
        if (empty > 0) {
            left.merge(Trait.NULL, empty, Long::sum);
        }
        var words = new TreeSet<>(texts);
        words.remove("");
        return new ColumnProfile(column, left, examples, minInteger, maxInteger, minReal, maxReal, integerDigits,
                fractionDigits, minCharacters, maxCharacters, maxBytes, timeFractionDigits, words);
    }
}
