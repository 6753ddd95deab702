package dev.ferryman.schema.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The distinct texts of a column while they are few and short; given up for good once they are not. */
final class FewTexts {
    private static final int MOST = 50;
    private static final int LONGEST_CHARACTERS = 64;
    private static final int SLOTS = 128;

    private final byte[] @Nullable [] slots = new byte[SLOTS][];
    private int size;
    private boolean givenUp;

    /** Takes a text. */
    void add(byte[] text, int length, int characters) {
        if (!givenUp) {
            remember(text, length, characters);
        }
    }

    private void remember(byte[] text, int length, int characters) {
        if (characters > LONGEST_CHARACTERS) {
            givenUp = true;
            return;
        }
        var hash = length;
        for (var i = 0; i < length; i++) {
            hash = hash * 31 + text[i];
        }
        var slot = (hash ^ hash >>> 15) & SLOTS - 1;
        for (var there = slots[slot]; there != null; there = slots[slot]) {
            if (Arrays.equals(there, 0, there.length, text, 0, length)) {
                return;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        if (++size > MOST) {
            givenUp = true;
            return;
        }
        slots[slot] = Arrays.copyOf(text, length);
    }

    /** Takes the texts of other rows of the same column. */
    void addAll(FewTexts others) {
        givenUp |= others.givenUp;
        for (var text : others.slots) {
            if (text != null) {
                add(text, text.length, 0);
            }
        }
    }

    /** The texts; empty where they are too many or too long. */
    SortedSet<String> toSet() {
        var texts = new TreeSet<String>();
        for (var text : slots) {
            if (text != null && !givenUp) {
                texts.add(new String(text, StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}
