package dev.ferryman.copy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.copy.internal.StagedWork.Lane;
import dev.ferryman.copy.internal.StagedWork.Taken;
import dev.ferryman.copy.internal.StagedWork.Work;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StagedWorkTest {
    private static Work work(int steps) {
        return new Work(steps, _ -> {});
    }

    private static Lane lane(List<Work> first, List<Work> second) {
        Lane lane = new Lane();
        lane.add(first);
        lane.add(second);
        return lane;
    }

    private static Taken next(StagedWork staged) throws InterruptedException {
        return Objects.requireNonNull(staged.take());
    }

    @Test
    void a_stage_waits_for_the_one_before_while_other_lanes_go_on() throws Exception {
        var staged = new StagedWork(
                List.of(lane(List.of(work(1)), List.of(work(2), work(3))), lane(List.of(), List.of(work(4)))));
        assertThat(staged.widest()).isEqualTo(3);

        Taken first = next(staged);
        assertThat(first.work().steps()).isEqualTo(1);
        Taken other = next(staged);
        assertThat(other.work().steps()).isEqualTo(4);
        staged.done(first);
        Taken second = next(staged);
        Taken third = next(staged);
        assertThat(List.of(second.work().steps(), third.work().steps())).containsExactly(2, 3);
        staged.done(other);
        staged.done(second);
        staged.done(third);
        assertThat(staged.take()).isNull();
    }

    @Test
    void whoever_finds_nothing_to_begin_waits_until_there_is_or_all_is_done() throws Exception {
        var staged = new StagedWork(List.of(lane(List.of(work(1)), List.of(work(2)))));
        Taken first = next(staged);
        var waiting = new Thread(() -> {
            try {
                staged.done(next(staged));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        waiting.start();
        staged.done(first);
        waiting.join();
        assertThat(staged.take()).isNull();
    }
}
