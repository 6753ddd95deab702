package dev.ferryman.schema;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What may be done about something that does not fit ({@code DESIGN.md} § 2, Values). Which of them a {@link Decision}
 * offers, and what each means there, is said by its options.
 */
public enum Choice {
    /** The target gives way: a wider type, a nullable column, a constraint that holds for new rows only. */
    WIDEN,
    /** Values change their form, in a way that is named: an epoch number becomes a moment, an empty text NULL. */
    CONVERT,
    /** Rows concerned go whole, and with the reason, to {@code ferryman.quarantine} in the target. */
    QUARANTINE,
    /** What the target's table holds is removed first. */
    REPLACE,
    /** The column, constraint or table stays behind. */
    SKIP,
    /** The copy is refused until the data or the choice changes. */
    FAIL;

    /** As it is written in a plan file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The choice of that word; null where there is none. */
    static @Nullable Choice of(String word) {
        for (var choice : values()) {
            if (choice.word().equals(word)) {
                return choice;
            }
        }
        return null;
    }
}
