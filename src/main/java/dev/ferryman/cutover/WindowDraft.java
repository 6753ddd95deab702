package dev.ferryman.cutover;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Window;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A window as a person typed it. Times are local to the zone ({@code 2026-11-28T22:00}) or carry their own offset
 * ({@code 2026-11-28T22:00+01:00}, {@code 2026-11-28T21:00Z}). A local time that the zone skips or passes twice when its
 * clocks change names no moment, or two, and is refused.
 *
 * @param zone IANA name such as {@code Europe/Berlin}, or an offset; empty means UTC
 */
public record WindowDraft(String start, String end, String zone) {
    /** None is wanted. */
    public static final WindowDraft NONE = new WindowDraft("", "", "");

    private static final String FORM = "Write it as 2026-11-28T22:00, or with its offset as 2026-11-28T22:00+01:00.";

    public WindowDraft {
        start = start.strip();
        end = end.strip();
        zone = zone.strip();
    }

    /** A window as it would be typed: in its own zone, or in UTC where a time of it happens twice there. */
    public static WindowDraft of(Window window) {
        boolean clear = once(window.start(), window.zone()) && once(window.end(), window.zone());
        ZoneId zone = clear ? window.zone() : ZoneOffset.UTC;
        return new WindowDraft(LocalDateTime.ofInstant(window.start(), zone).toString(),
                LocalDateTime.ofInstant(window.end(), zone).toString(), clear ? zone.getId() : "UTC");
    }

    private static boolean once(Instant at, ZoneId zone) {
        return zone.getRules().getValidOffsets(LocalDateTime.ofInstant(at, zone)).size() == 1;
    }

    /** The window; empty where none is wanted, or where it was found wrong: then the problems have grown. */
    public Optional<Window> window(List<Problem> problems) {
        if (start.isEmpty() && end.isEmpty()) {
            return Optional.empty();
        }
        List<Problem> found = new ArrayList<>();
        ZoneId itsZone = zone(found);
        Instant from = itsZone == null ? null : moment("window.start", "start", start, itsZone, found);
        Instant to = itsZone == null ? null : moment("window.end", "end", end, itsZone, found);
        if (from != null && to != null && !to.isAfter(from)) {
            found.add(new Problem("window.end", "The window does not end after it starts.",
                    "Give an end that is later than the start."));
        }
        problems.addAll(found);
        return found.isEmpty() && itsZone != null && from != null && to != null
                ? Optional.of(new Window(from, to, itsZone))
                : Optional.empty();
    }

    /**
     * The window; empty where none is wanted.
     *
     * @throws BadInputException where it is wrong
     */
    public Optional<Window> window() {
        List<Problem> problems = new ArrayList<>();
        Optional<Window> window = window(problems);
        if (!problems.isEmpty()) {
            throw new BadInputException(problems.getFirst().what(), problems.getFirst().next());
        }
        return window;
    }

    private @Nullable ZoneId zone(List<Problem> problems) {
        try {
            return zone.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(zone);
        } catch (DateTimeException e) {
            problems.add(new Problem("window.zone", "There is no time zone ‘" + zone + "’.",
                    "Use a name such as Europe/Berlin or UTC, or an offset such as +02:00."));
            return null;
        }
    }

    private static @Nullable Instant moment(String field, String which, String text, ZoneId zone,
            List<Problem> problems) {
        if (text.isEmpty()) {
            problems.add(new Problem(field, "The window has no " + which + ".", FORM));
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException withoutOffset) {
            return local(field, which, text, zone, problems);
        }
    }

    private static @Nullable Instant local(String field, String which, String text, ZoneId zone,
            List<Problem> problems) {
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(text);
        } catch (DateTimeParseException e) {
            problems.add(new Problem(field, "The " + which + " of the window, ‘" + text + "’, is no date and time.",
                    FORM));
            return null;
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.size() == 1) {
            return local.toInstant(offsets.getFirst());
        }
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        problems.add(offsets.isEmpty()
                ? new Problem(field,
                        "The " + which + " of the window, " + local + ", does not exist in " + zone.getId()
                                + ": clocks go from " + change.getDateTimeBefore() + " to "
                                + change.getDateTimeAfter() + ".",
                        "Choose another time.")
                : new Problem(field,
                        "The " + which + " of the window, " + local + ", happens twice in " + zone.getId()
                                + ": clocks go back from " + change.getDateTimeBefore() + " to "
                                + change.getDateTimeAfter() + ".",
                        "Say which of the two is meant by giving " + offsets.getFirst().getId() + " or "
                                + offsets.getLast().getId() + " as the time zone, or choose another time."));
        return null;
    }
}
