package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How the ISO texts of a column are written: which layout came first, and which others there are. */
final class Layouts {
    private static final int EXAMPLES = 5;

    private final Map<Long, Seen> seen = new LinkedHashMap<>();
    private long lastLayout = IsoLayout.NONE;
    private Seen last = new Seen();

    private static final class Seen {
        private long count;
        private final List<Example> examples = new ArrayList<>();
    }

    private record Example(long position, String key) {}

    /**
     * Takes a text's layout.
     *
     * @param position of the row, growing
     */
    void add(long layout, long position, Supplier<String> key) {
        if (layout != lastLayout) {
            lastLayout = layout;
            last = seen.computeIfAbsent(layout, _ -> new Seen());
        }
        // Five rows that differ from any one layout are among the first five rows of the first six layouts.
        if (last.count++ < EXAMPLES && seen.size() <= EXAMPLES + 1) {
            last.examples.add(new Example(position, key.get()));
        }
    }

    /** Takes what the rows after these have. */
    void addAll(Layouts later, long positions) {
        later.seen.forEach((layout, more) -> {
            var here = seen.computeIfAbsent(layout, _ -> new Seen());
            here.count += more.count;
            for (var example : more.examples) {
                if (here.examples.size() < EXAMPLES) {
                    here.examples.add(new Example(positions + example.position(), example.key()));
                }
            }
        });
        lastLayout = IsoLayout.NONE;
    }

    /** Texts whose layout is not that of the first text. */
    long others() {
        return seen.values().stream().skip(1).mapToLong(layout -> layout.count).sum();
    }

    /** Keys of the first of them. */
    List<String> otherExamples() {
        return seen.values().stream().skip(1).flatMap(layout -> layout.examples.stream())
                .sorted(Comparator.comparingLong(Example::position)).limit(EXAMPLES).map(Example::key).toList();
    }

    /** Most digits of a fraction of a second. */
    int fractionDigits() {
        return seen.keySet().stream().mapToInt(IsoLayout::fractionDigits).max().orElse(0);
    }
}
