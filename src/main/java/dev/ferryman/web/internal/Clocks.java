package dev.ferryman.web.internal;

import dev.ferryman.runbook.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How pages write times where the people are, and how long it is until then. */
final class Clocks {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("EEE d MMM uuuu HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final List<String> ZONES = ZoneId.getAvailableZoneIds().stream()
            .filter(zone -> zone.equals("UTC") || zone.contains("/") && !zone.startsWith("Etc/")).sorted().toList();

    private final Figures figures = new Figures();

    /** The names of time zones that people use. */
    public List<String> zones() {
        return ZONES;
    }

    /** A time in a zone: {@code Sat 28 Nov 2026 22:00 Europe/Berlin}. */
    public String in(Instant at, ZoneId zone) {
        return MINUTE.format(at.atZone(zone)) + " " + zone.getId();
    }

    /** A day in a zone: {@code 28 Nov}. */
    public String day(Instant at, ZoneId zone) {
        return DAY.format(at.atZone(zone));
    }

    /** Days in a zone: {@code 28 Nov}, {@code 27 Nov to 28 Nov}. */
    public String days(Instant from, Instant to, ZoneId zone) {
        String first = day(from, zone);
        String last = day(to, zone);
        return first.equals(last) ? first : first + " to " + last;
    }

    /** Whether times in a zone are those in UTC, so that they need no second form. */
    public boolean utc(ZoneId zone) {
        return zone.normalized().equals(ZoneOffset.UTC);
    }

    /** Where a window stands: {@code opens in 2 d 4 h}, {@code open, closes in 1 h 5 min}, {@code closed 3 h ago}. */
    public String countdown(Window window, Instant now) {
        if (now.isBefore(window.start())) {
            return "opens in " + figures.duration(Duration.between(now, window.start()));
        }
        return window.openAt(now)
                ? "open, closes in " + figures.duration(Duration.between(now, window.end()))
                : "closed " + figures.duration(Duration.between(window.end(), now)) + " ago";
    }

    /** The same as a mark. */
    public Mark mark(Window window, Instant now) {
        String text = countdown(window, now);
        if (now.isBefore(window.start())) {
            return new Mark("clock", "idle", text);
        }
        return window.openAt(now) ? new Mark("play", "busy", text) : new Mark("lock", "warn", text);
    }
}
