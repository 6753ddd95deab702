package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrafficReadsStepTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Test
    void reads_move_only_while_postgresql_is_close_behind() {
        assertThat(behind(State.FOLLOWING, Duration.ofSeconds(5))).isEmpty();
        assertThat(behind(State.FOLLOWING, Duration.ofMillis(5001))).get().asString()
                .contains("5 s behind SQLite").contains("most-lag");
        assertThat(behind(State.STOPPED, Duration.ZERO)).get().asString().contains("at the moment: The disk is full.");
        assertThat(behind(State.ENDED, Duration.ZERO)).contains("PostgreSQL does not follow SQLite.");
        assertThat(TrafficReadsStep.behind(Optional.empty(), LIMIT)).contains("PostgreSQL does not follow SQLite.");
    }

    private static Optional<String> behind(State state, Duration lag) {
        Instant at = Instant.parse("2026-05-01T10:00:00Z");
        return TrafficReadsStep.behind(Optional.of(new ReplicationView(Direction.FORWARD, state, at, at.minus(lag), 1,
                lag, 1, 1, 0, List.of(), List.of(), state == State.STOPPED ? "The disk is full." : null, null)), LIMIT);
    }
}
