package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.CalendarSettings;
import dev.ferryman.runbook.internal.CalendarSettings.Freeze;
import dev.ferryman.runbook.internal.FreezeCalendar;
import dev.ferryman.runbook.internal.WindowMoves;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreezeCalendarTest {
    private static final FreezeCalendar CALENDAR = new FreezeCalendar(new CalendarSettings(List.of(
            new Freeze("12-20", "01-05", "Europe/Berlin", "Christmas"),
            new Freeze("2026-03-31", "2026-03-31", null, "end of the quarter"))));

    private static Window window(String start, String end) {
        return new Window(Instant.parse(start), Instant.parse(end), ZoneId.of("UTC"));
    }

    @Test
    void yearly_days_cross_the_turn_of_the_year_and_are_those_of_their_zone() {
        assertThat(CALENDAR.collisions(window("2026-12-19T20:00:00Z", "2026-12-19T23:00:00Z"))).isEmpty();
        assertThat(CALENDAR.collisions(window("2026-12-19T20:00:00Z", "2026-12-19T23:00:01Z")))
                .containsExactly("there is a freeze from 20 Dec 2026 to 5 Jan 2027 (Europe/Berlin): Christmas");
        assertThat(CALENDAR.collisions(window("2027-01-05T22:59:59Z", "2027-01-06T01:00:00Z"))).hasSize(1);
        assertThat(CALENDAR.collisions(window("2027-01-05T23:00:00Z", "2027-01-06T01:00:00Z"))).isEmpty();
    }

    @Test
    void days_of_one_year_are_those_only() {
        assertThat(CALENDAR.collisions(window("2026-03-31T23:00:00Z", "2026-04-01T01:00:00Z"))).hasSize(1);
        assertThat(CALENDAR.collisions(window("2027-03-31T20:00:00Z", "2027-03-31T21:00:00Z"))).isEmpty();
    }

    @Test
    void a_window_in_a_freeze_is_refused_and_an_administrator_may_set_it_with_a_reason() {
        Window frozen = window("2026-03-31T20:00:00Z", "2026-03-31T21:00:00Z");
        Drive drive = Drive.created();
        assertThatThrownBy(() -> drive.decide(draft -> WindowMoves.set(draft, Drive.OTTO, frozen, "it must be then",
                CALENDAR.collisions(frozen)))).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("end of the quarter");
        Actor ada = new Actor("ada", "Ada", Set.of("administrator"));
        drive.decide(draft -> WindowMoves.set(draft, ada, frozen, "it must be then", CALENDAR.collisions(frozen)));
        assertThat(drive.cutover.window()).contains(frozen);
        assertThat(drive.cutover.describe(drive.log.getLast())).contains("although there is a freeze from 31 Mar 2026")
                .endsWith(": it must be then");
    }

    @Test
    void an_entry_that_cannot_be_read_is_named() {
        assertThatThrownBy(() -> new FreezeCalendar(
                new CalendarSettings(List.of(new Freeze("20 Dec", "01-05", null, "Christmas")))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("ferryman.calendar.freezes[0]");
        assertThatThrownBy(() -> new FreezeCalendar(
                new CalendarSettings(List.of(new Freeze("2026-12-20", "2026-12-01", null, "Christmas")))))
                .hasMessageContaining("it ends before it begins");
    }
}
