package dev.ferryman.runbook.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When nothing may be moved.
 *
 * @param freezes none by default
 */
@ConfigurationProperties("ferryman.calendar")
public record CalendarSettings(@DefaultValue List<Freeze> freezes) {
    /**
     * Days on which no window may be, from and to included.
     *
     * @param from {@code 2026-12-20}, or every year {@code 12-20}
     * @param to   likewise; a yearly one that is before {@code from} is in the year after
     * @param zone whose days they are; UTC where none is given
     */
    public record Freeze(String from, String to, @Nullable String zone, String reason) {}
}
