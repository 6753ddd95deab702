package dev.ferryman.schema.internal;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The texts that people write for true and false. */
final class BooleanSpelling {
    private static final List<List<String>> PAIRS = List.of(List.of("t", "f"), List.of("true", "false"),
            List.of("y", "n"), List.of("yes", "no"), List.of("on", "off"), List.of("1", "0"));
    private static final int LONGEST = 5;
    /** The same texts, each packed into one number. */
    private static final Set<Long> PACKED = PAIRS.stream().flatMap(List::stream)
            .map(text -> packed(text.getBytes(StandardCharsets.US_ASCII), text.length()))
            .collect(Collectors.toUnmodifiableSet());

    private BooleanSpelling() {}

    /**
     * Whether a text is one of them, in any case.
     *
     * @param length bytes of the text, which begins with the first
     */
    static boolean is(byte[] text, int length) {
        return length > 0 && length <= LONGEST && PACKED.contains(packed(text, length));
    }

    private static long packed(byte[] text, int length) {
        // With its length, since it may begin with NUL.
        long packed = length;
        for (var i = 0; i < length; i++) {
            var upper = text[i] >= 'A' && text[i] <= 'Z';
            packed = packed << 8 | (upper ? text[i] - 'A' + 'a' : text[i] & 0xff);
        }
        return packed;
    }

    /** Whether these are the spellings of one pair, each written in one way only, so that they can be written back. */
    static boolean onePair(Collection<String> spellings) {
        var lower = spellings.stream().map(s -> s.toLowerCase(Locale.ROOT)).distinct().toList();
        return !spellings.isEmpty() && lower.size() == spellings.size()
                && PAIRS.stream().anyMatch(pair -> pair.containsAll(lower));
    }
}
