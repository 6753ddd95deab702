package dev.ferryman.report;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Deadline;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Window;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Windows and deadlines as an iCalendar file (RFC 5545): an event for each window, a to-do for whatever is due. The same
 * thing keeps its UID, and its SEQUENCE grows when the window moves, so calendars move what they have.
 */
public final class CalendarFile {
    /** Its media type. */
    public static final String TYPE = "text/calendar;charset=UTF-8";

    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);
    /** Octets of a line without its end. RFC 5545 § 3.1. */
    private static final int LINE = 75;

    private final StringBuilder text = new StringBuilder();

    private CalendarFile() {}

    /** The file for these cutovers; those without a window are left out. */
    public static String of(List<Cutover> cutovers) {
        CalendarFile file = new CalendarFile();
        file.line("BEGIN", "VCALENDAR");
        file.line("VERSION", "2.0");
        file.line("PRODID", "-//Ferryman//Cutovers//EN");
        file.line("CALSCALE", "GREGORIAN");
        cutovers.forEach(cutover -> cutover.window().ifPresent(window -> file.cutover(cutover, window)));
        file.line("END", "VCALENDAR");
        return file.text.toString();
    }

    private void cutover(Cutover cutover, Window window) {
        begin("VEVENT", cutover, "window");
        line("DTSTART", UTC.format(window.start()));
        line("DTEND", UTC.format(window.end()));
        line("SUMMARY", escaped((cutover.rehearsal() ? "Rehearsal: " : "") + cutover.name()));
        line("DESCRIPTION", escaped(cutover.template().title() + ". " + cutover.headline()));
        line("STATUS", cutover.status() == Status.ABORTED ? "CANCELLED" : "CONFIRMED");
        line("END", "VEVENT");
        if (cutover.status() == Status.ACTIVE || cutover.status() == Status.COMPLETED) {
            Deadline.of(cutover).forEach(deadline -> {
                Instant due = deadline.due();
                if (due != null) {
                    toDo(cutover, deadline, due);
                }
            });
        }
    }

    private void toDo(Cutover cutover, Deadline deadline, Instant due) {
        begin("VTODO", cutover, deadline.on());
        line("DUE", UTC.format(due));
        line("SUMMARY", escaped(cutover.name() + ": " + deadline.title()));
        line("STATUS", deadline.done() ? "COMPLETED" : "NEEDS-ACTION");
        line("END", "VTODO");
    }

    private void begin(String component, Cutover cutover, String part) {
        line("BEGIN", component);
        line("UID", cutover.id() + "/" + component.toLowerCase(Locale.ROOT) + "/" + part + "@ferryman");
        line("DTSTAMP", UTC.format(cutover.updatedAt()));
        line("SEQUENCE", Integer.toString(cutover.windowMoves()));
    }

    /** TEXT as § 3.3.11 wants it; control characters have no place in it. */
    private static String escaped(String value) {
        StringBuilder safe = new StringBuilder();
        value.replace("\r\n", "\n").codePoints().forEach(point -> {
            switch (point) {
                case '\\', ';', ',' -> safe.append('\\').appendCodePoint(point);
                case '\n', '\r' -> safe.append("\\n");
                default -> {
                    if (!Character.isISOControl(point)) {
                        safe.appendCodePoint(point);
                    }
                }
            }
        });
        return safe.toString();
    }

    /** Folds at 75 octets, never inside a character. */
    private void line(String name, String value) {
        int octets = 0;
        for (int point : (name + ":" + value).codePoints().toArray()) {
            String character = Character.toString(point);
            int size = character.getBytes(StandardCharsets.UTF_8).length;
            if (octets + size > LINE) {
                text.append("\r\n ");
                octets = 1;
            }
            text.append(character);
            octets += size;
        }
        text.append("\r\n");
    }
}
