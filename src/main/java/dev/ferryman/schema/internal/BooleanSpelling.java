package dev.ferryman.schema.internal;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The texts that people write for true and false. */
final class BooleanSpelling {
    private static final List<List<String>> PAIRS = List.of(List.of("t", "f"), List.of("true", "false"),
            List.of("y", "n"), List.of("yes", "no"), List.of("on", "off"), List.of("1", "0"));
    private static final Set<String> ALL = Set.of("t", "f", "true", "false", "y", "n", "yes", "no", "on", "off", "1",
            "0");

    private BooleanSpelling() {}

    static boolean is(String text) {
        return text.length() <= 5 && ALL.contains(text.toLowerCase(Locale.ROOT));
    }

    /** Whether these are the spellings of one pair, each written in one way only, so that they can be written back. */
    static boolean onePair(Collection<String> spellings) {
        var lower = spellings.stream().map(s -> s.toLowerCase(Locale.ROOT)).distinct().toList();
        return !spellings.isEmpty() && lower.size() == spellings.size()
                && PAIRS.stream().anyMatch(pair -> pair.containsAll(lower));
    }
}
