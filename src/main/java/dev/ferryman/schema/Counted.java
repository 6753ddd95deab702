package dev.ferryman.schema;

import java.util.Locale;

/** Numbers with their nouns: {@code 1 row}, {@code 1,200 rows}. */
public final class Counted {
    private Counted() {}

    /** A number with a noun whose plural has an s more. */
    public static String of(long count, String noun) {
        return of(count, noun, noun + "s");
    }

    /** A number with what belongs behind it. */
    public static String of(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }
}
