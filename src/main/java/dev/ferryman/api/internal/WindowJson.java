package dev.ferryman.api.internal;

import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.runbook.Window;
import org.jspecify.annotations.Nullable;

/**
 * When a cutover is to happen.
 *
 * @param start local to the zone ({@code 2026-11-28T22:00}) or with its offset ({@code 2026-11-28T21:00Z}); answers are
 *        in UTC
 * @param end as the start; later
 * @param zone IANA name such as {@code Europe/Berlin}; left out: UTC
 */
record WindowJson(@Nullable String start, @Nullable String end, @Nullable String zone) {
    static WindowJson of(Window window) {
        return new WindowJson(window.start().toString(), window.end().toString(), window.zone().getId());
    }

    WindowDraft toDraft() {
        return new WindowDraft(text(start), text(end), text(zone));
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }
}
