package dev.ferryman.api.internal;

import java.util.Locale;

/** Enum constants as the API writes them: {@code rolling-back}. */
final class Keys {
    private Keys() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
