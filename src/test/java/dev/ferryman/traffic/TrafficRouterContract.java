package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What every router has to do beside what every switch does. */
abstract class TrafficRouterContract extends TrafficSwitchContract {
    @Override
    abstract TrafficRouter adapter();

    /** Percentage of reads that really goes to the target, seen without the adapter. */
    abstract int observedReads() throws Exception;

    /** How far what is seen may be from the percentage that was asked for. */
    int tolerance() {
        return 1;
    }

    /** Makes everything the adapter tells the router fail from now on. */
    abstract void breakDown() throws Exception;

    @Test
    void reads_move_by_percentages_while_writes_stay() throws Exception {
        for (int percent : new int[]{10, 25, 50, 100, 25, 0}) {
            assertThat(adapter().planReads(percent)).anySatisfy(line -> assertThat(line).contains(percent + " %"));
            assertThat(adapter().shiftReads(percent, "key", recording())).isInstanceOf(Change.Done.class);
            assertThat(adapter().current()).isEqualTo(Position.of(Side.SOURCE, percent));
            assertThat(observedReads()).isCloseTo(percent, within(percent % 100 == 0 ? 0 : tolerance()));
            assertThat(observed()).isEqualTo(Side.SOURCE);
        }
        assertThat(journal).hasSize(12);
    }

    @Test
    void the_same_percentage_again_changes_nothing() throws Exception {
        adapter().shiftReads(25, "key", recording());
        int changes = changes();
        assertThat(adapter().shiftReads(25, "key", recording())).isInstanceOf(Change.Nothing.class);
        assertThat(changes()).isEqualTo(changes);
    }

    @Test
    void telling_what_it_would_do_changes_nothing() throws Exception {
        adapter().planReads(50);
        adapter().obstacle(Side.TARGET);
        assertThat(changes()).isZero();
        assertThat(observedReads()).isZero();
    }

    @Test
    void the_switch_takes_all_reads_along_and_so_does_the_way_back() throws Exception {
        adapter().shiftReads(25, "key", recording());
        adapter().apply("key", recording());
        assertThat(observed()).isEqualTo(Side.TARGET);
        assertThat(observedReads()).isEqualTo(100);
        adapter().undo("key", recording());
        assertThat(observed()).isEqualTo(Side.SOURCE);
        assertThat(observedReads()).isZero();
    }

    @Test
    void a_share_of_reads_is_undone_by_the_way_back_too() throws Exception {
        adapter().shiftReads(50, "key", recording());
        assertThat(adapter().undo("key", recording())).isInstanceOf(Change.Done.class);
        assertThat(observedReads()).isZero();
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
    }

    @Test
    void once_writes_have_moved_reads_do_not_go_back_alone() throws Exception {
        adapter().apply("key", recording());
        int changes = changes();
        assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("Writes go to PostgreSQL already");
        assertThat(changes()).isEqualTo(changes);
        assertThat(observedReads()).isEqualTo(100);
    }

    @Test
    void a_router_that_fails_is_told_of_and_nothing_is_taken_for_done() throws Exception {
        breakDown();
        assertThatThrownBy(() -> adapter().shiftReads(25, "key", recording())).isInstanceOf(TrafficException.class)
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
        assertThatThrownBy(() -> adapter().apply("key", recording())).isInstanceOf(TrafficException.class);
        assertThat(journal).allSatisfy(line -> assertThat(line).doesNotContain("Writes go to PostgreSQL"));
    }
}
