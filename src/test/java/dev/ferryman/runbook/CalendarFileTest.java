package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.OTTO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.report.CalendarFile;
import dev.ferryman.runbook.CutoverEvent.Created;
import dev.ferryman.runbook.internal.Draft;
import dev.ferryman.runbook.internal.WindowMoves;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalendarFileTest {
    private static final Instant T = Instant.parse("2026-03-20T22:00:00Z");
    private static final String HOSTILE = "Leave; desk, \\ now\r\nEND:VCALENDAR\u0007 " + "🚢é".repeat(40);

    private static Cutover cutover(String name, int moves) {
        Draft draft = Draft.create("c1", OTTO, T.minusSeconds(1_000_000),
                new Created(name, ScheduleTest.scheduled(), Map.of(), Map.of(), false));
        for (int i = 0; i < moves; i++) {
            Instant start = T.plusSeconds(i * 3600L);
            WindowMoves.set(draft, OTTO, new Window(start, start.plusSeconds(3600), ZoneId.of("Europe/Berlin")), "so",
                    List.of());
        }
        return draft.cutover();
    }

    private static List<String> lines(String file) {
        return List.of(file.replace("\r\n ", "").split("\r\n"));
    }

    @Test
    void a_window_is_an_event_in_utc_and_what_is_due_a_to_do() {
        List<String> lines = lines(CalendarFile.of(List.of(cutover("Friday night", 1))));
        assertThat(lines).startsWith("BEGIN:VCALENDAR", "VERSION:2.0").endsWith("END:VCALENDAR")
                .contains("UID:c1/vevent/window@ferryman", "DTSTART:20260320T220000Z", "DTEND:20260320T230000Z",
                        "SUMMARY:Friday night", "SEQUENCE:1", "UID:c1/vtodo/booked@ferryman", "DUE:20260313T220000Z",
                        "SUMMARY:Friday night: Window booked", "STATUS:NEEDS-ACTION");
    }

    @Test
    void a_window_that_moves_keeps_its_uid_and_raises_its_sequence() {
        List<String> lines = lines(CalendarFile.of(List.of(cutover("Friday night", 2))));
        assertThat(lines).contains("UID:c1/vevent/window@ferryman", "DTSTART:20260320T230000Z", "SEQUENCE:2")
                .doesNotContain("SEQUENCE:1");
        assertThat(lines(CalendarFile.of(List.of(cutover("Friday night", 0))))).hasSize(5);
    }

    @Test
    void a_hostile_name_breaks_no_line_and_lines_are_folded_between_characters() {
        String file = CalendarFile.of(List.of(cutover(HOSTILE, 1)));
        for (String line : file.split("\r\n")) {
            assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(75);
            assertThat(line).doesNotContain("\n").doesNotContain("\uFFFD");
        }
        assertThat(lines(file)).contains("SUMMARY:Leave\\; desk\\, \\\\ now\\nEND:VCALENDAR " + "🚢é".repeat(40));
        assertThat(lines(file).stream().filter("END:VCALENDAR"::equals)).hasSize(1);
    }
}
