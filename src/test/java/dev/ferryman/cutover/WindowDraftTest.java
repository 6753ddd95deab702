package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowDraftTest {
    private static final String BERLIN = "Europe/Berlin";

    private static List<Problem> problems(String start, String end, String zone) {
        List<Problem> problems = new ArrayList<>();
        assertThat(new WindowDraft(start, end, zone).window(problems)).isEmpty();
        return problems;
    }

    @Test
    void times_are_local_to_the_zone_or_carry_their_own_offset() {
        assertThat(new WindowDraft("2026-11-28T22:00", "2026-11-28T23:30Z", BERLIN).window()).contains(
                new Window(Instant.parse("2026-11-28T21:00:00Z"), Instant.parse("2026-11-28T23:30:00Z"),
                        ZoneId.of(BERLIN)));
        assertThat(new WindowDraft("2026-11-28T22:00", "2026-11-28T23:00", "").window().orElseThrow().start())
                .isEqualTo("2026-11-28T22:00:00Z");
        assertThat(new WindowDraft("", " ", BERLIN).window()).isEmpty();
    }

    @Test
    void a_window_across_the_change_of_clocks_is_as_long_as_it_lasts() {
        Window window = new WindowDraft("2026-10-25T01:30", "2026-10-25T04:00", BERLIN).window().orElseThrow();
        assertThat(window.length()).isEqualTo(Duration.ofMinutes(210));
    }

    @Test
    void a_time_that_the_zone_skips_is_refused() {
        assertThat(problems("2026-03-29T02:30", "2026-03-29T05:00", BERLIN)).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("window.start");
            assertThat(problem.what()).isEqualTo("The start of the window, 2026-03-29T02:30, does not exist in "
                    + "Europe/Berlin: clocks go from 2026-03-29T02:00 to 2026-03-29T03:00.");
        });
    }

    @Test
    void a_time_that_happens_twice_is_refused_until_it_is_said_which_one_is_meant() {
        assertThat(problems("2026-10-25T01:00", "2026-10-25T02:30", BERLIN)).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("window.end");
            assertThat(problem.what()).contains("happens twice in Europe/Berlin");
            assertThat(problem.next()).contains("+02:00 or +01:00");
        });
        Instant second = Instant.parse("2026-10-25T01:30:00Z");
        assertThat(new WindowDraft("2026-10-25T01:00", "2026-10-25T02:30", "+01:00").window().orElseThrow().end())
                .isEqualTo(second);
        Window written = new WindowDraft("2026-10-25T01:00", "2026-10-25T02:30+01:00", BERLIN).window().orElseThrow();
        assertThat(written.end()).isEqualTo(second);
        Window again = WindowDraft.of(written).window().orElseThrow();
        assertThat(again.start()).isEqualTo(written.start());
        assertThat(again.end()).isEqualTo(written.end());
    }

    @Test
    void a_window_is_typed_again_in_its_own_zone() {
        WindowDraft typed = new WindowDraft("2026-11-28T22:00", "2026-11-28T23:30", BERLIN);
        assertThat(WindowDraft.of(typed.window().orElseThrow())).isEqualTo(typed);
    }

    @Test
    void what_is_wrong_is_said_of_its_field() {
        assertThat(problems("2026-11-28T22:00", "", BERLIN)).extracting(Problem::field).containsExactly("window.end");
        assertThat(problems("tonight", "2026-11-28T22:00", BERLIN)).extracting(Problem::field)
                .containsExactly("window.start");
        assertThat(problems("2026-11-28T22:00", "2026-11-28T22:00", BERLIN)).extracting(Problem::what)
                .containsExactly("The window does not end after it starts.");
        assertThat(problems("2026-11-28T22:00", "2026-11-28T23:00", "Middle/Earth")).extracting(Problem::field)
                .containsExactly("window.zone");
        assertThatThrownBy(() -> new WindowDraft("", "2026-11-28T22:00", "").window())
                .isInstanceOf(BadInputException.class).hasMessage("The window has no start.");
    }
}
