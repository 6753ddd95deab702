package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.hook.HookJournal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every switch has to do. An adapter's test inherits this and says how to see, from outside, what it did. */
abstract class TrafficSwitchContract {
    protected final List<String> journal = new ArrayList<>();

    /** A new instance of the adapter over the same application: what a restarted process would build. */
    abstract TrafficSwitch adapter();

    /** Where the application really points, seen without the adapter. */
    abstract Side observed() throws Exception;

    /** What a person does when the adapter asks for it. */
    void personActs(Side side) {
        throw new AssertionError("this adapter asks nobody");
    }

    /** How many times the application has been changed. */
    abstract int changes();

    @Test
    void it_begins_on_the_source_and_a_plan_changes_nothing() throws Exception {
        assertThat(adapter().current()).isEqualTo(new Position.At(Side.SOURCE));
        assertThat(adapter().plan()).isNotEmpty().allSatisfy(line -> assertThat(line).isNotBlank());
        assertThat(observed()).isEqualTo(Side.SOURCE);
        assertThat(changes()).isZero();
    }

    @Test
    void forward_and_back_and_forward_again() throws Exception {
        apply();
        assertThat(observed()).isEqualTo(Side.TARGET);
        assertThat(adapter().verify(Side.TARGET).is(Side.TARGET)).isTrue();
        assertThat(adapter().verify(Side.SOURCE).is(Side.SOURCE)).isFalse();
        undo();
        assertThat(observed()).isEqualTo(Side.SOURCE);
        assertThat(adapter().verify(Side.SOURCE).is(Side.SOURCE)).isTrue();
        apply();
        assertThat(observed()).isEqualTo(Side.TARGET);
    }

    @Test
    void a_second_apply_and_a_second_undo_change_nothing() throws Exception {
        apply();
        int changes = changes();
        assertThat(adapter().apply("key", recording())).isInstanceOf(Change.Nothing.class);
        assertThat(changes()).isEqualTo(changes);
        undo();
        changes = changes();
        assertThat(adapter().undo("key", recording())).isInstanceOf(Change.Nothing.class);
        assertThat(changes()).isEqualTo(changes);
    }

    @Test
    void an_undo_without_an_apply_changes_nothing() throws Exception {
        assertThat(adapter().undo("key", recording())).isInstanceOf(Change.Nothing.class);
        assertThat(observed()).isEqualTo(Side.SOURCE);
        assertThat(changes()).isZero();
        assertThat(journal).isEmpty();
    }

    @Test
    void each_change_it_makes_has_its_intent_before_and_its_outcome_after() throws Exception {
        if (adapter().apply("key", recording()) instanceof Change.Done) {
            assertThat(journal).hasSize(2);
            assertThat(journal.getFirst()).startsWith("intent: ");
            assertThat(journal.getLast()).startsWith("outcome: ");
        } else {
            assertThat(journal).isEmpty();
        }
    }

    private void apply() throws InterruptedException {
        if (adapter().apply("key", recording()) instanceof Change.ByPerson(var instructions)) {
            assertThat(instructions).isNotBlank();
            personActs(Side.TARGET);
        }
    }

    private void undo() throws InterruptedException {
        if (adapter().undo("key", recording()) instanceof Change.ByPerson(var instructions)) {
            assertThat(instructions).isNotBlank();
            personActs(Side.SOURCE);
        }
    }

    protected HookJournal recording() {
        return new HookJournal() {
            @Override
            public void intent(String what) {
                journal.add("intent: " + what);
            }

            @Override
            public void outcome(String what) {
                journal.add("outcome: " + what);
            }
        };
    }
}
