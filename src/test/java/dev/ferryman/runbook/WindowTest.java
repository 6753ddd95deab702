package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.OTTO;
import static dev.ferryman.runbook.Drive.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.runbook.internal.Allowed;
import dev.ferryman.runbook.internal.WindowMoves;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Window TONIGHT = window("2026-03-02T21:00:00Z", "2026-03-02T23:00:00Z");

    private static Window window(String start, String end) {
        return new Window(Instant.parse(start), Instant.parse(end), ZoneId.of("Europe/Berlin"));
    }

    private static Drive withWindow(Drive drive, Window window) {
        return drive.decide(draft -> WindowMoves.set(draft, OTTO, window, "agreed with the users", List.of()));
    }

    @Test
    void a_window_is_set_moved_and_taken_away_with_a_reason() {
        Drive drive = withWindow(Drive.created(), TONIGHT);
        assertThat(drive.cutover.window()).contains(TONIGHT);
        assertThat(drive.cutover.describe(drive.log.getLast())).isEqualTo("Otto set the window to 2 Mar 2026 22:00 to "
                + "3 Mar 2026 00:00 Europe/Berlin (from 2 Mar 2026 21:00 UTC): agreed with the users");

        drive.decide(draft -> WindowMoves.set(draft, OTTO, null, "the users travel", List.of()));
        assertThat(Cutover.replay("c1", drive.log).window()).isEmpty();
        assertThat(drive.cutover.describe(drive.log.getLast()))
                .isEqualTo("Otto took the window away: the users travel");
    }

    @Test
    void a_window_that_makes_no_sense_is_refused() {
        Drive drive = withWindow(Drive.created(), TONIGHT);
        assertThatThrownBy(() -> withWindow(drive, TONIGHT)).isInstanceOf(IllegalMoveException.class)
                .hasMessageContaining("it is the one that is set");
        assertThatThrownBy(() -> withWindow(drive, window("2026-03-01T10:00:00Z", "2026-03-01T20:00:00Z")))
                .hasMessageContaining("it has closed already");
        assertThatThrownBy(() -> withWindow(drive, window("2026-03-02T10:00:00Z", "2026-05-01T20:00:00Z")))
                .hasMessageContaining("longer than 31 days");
        assertThatThrownBy(() -> drive.decide(draft -> WindowMoves.set(draft, OTTO, null, " ", List.of())))
                .hasMessageContaining("it needs a reason");
        assertThatThrownBy(() -> drive.decide(draft -> WindowMoves.set(draft, VERA, null, "why not", List.of())))
                .isInstanceOf(RoleMissingException.class);
        assertThatThrownBy(() -> window("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_rollback_and_what_has_ended_have_no_use_for_a_window() {
        assertThatThrownBy(() -> withWindow(Drive.rollingBack(), TONIGHT)).hasMessageContaining("rolling back");
        assertThatThrownBy(() -> withWindow(Drive.completed(), TONIGHT)).isInstanceOf(IllegalMoveException.class);
        Drive drive = Drive.inMigrate();
        assertThat(Allowed.of(drive.cutover, OTTO, drive.directory, drive.now).window()).isTrue();
        assertThat(Allowed.of(drive.cutover, VERA, drive.directory, drive.now).window()).isFalse();
        assertThat(Allowed.of(Drive.rollingBack().cutover, OTTO, drive.directory, drive.now).window()).isFalse();
    }

    @Test
    void it_is_open_from_its_start_and_closed_at_its_end() {
        assertThat(TONIGHT.openAt(TONIGHT.start())).isTrue();
        assertThat(TONIGHT.openAt(TONIGHT.start().minusNanos(1))).isFalse();
        assertThat(TONIGHT.openAt(TONIGHT.end())).isFalse();
        assertThat(TONIGHT.closedBy(TONIGHT.end())).isTrue();
        assertThat(TONIGHT.overlaps(window("2026-03-02T23:00:00Z", "2026-03-02T23:30:00Z"))).isFalse();
        assertThat(TONIGHT.overlaps(window("2026-03-02T22:59:00Z", "2026-03-02T23:30:00Z"))).isTrue();
        assertThat(TONIGHT.length()).isEqualTo(Duration.ofHours(2));
    }
}
