package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManualSwitchTest extends TrafficSwitchContract {
    private final Deque<ManualSwitch.Confirmation> confirmations = new ArrayDeque<>();

    @Override
    TrafficSwitch adapter() {
        return new ManualSwitch("Point the load balancer at green.",
                () -> Optional.ofNullable(confirmations.peekLast()));
    }

    @Override
    void personActs(Side side) {
        confirmations.add(new ManualSwitch.Confirmation(side, "dora", "the log says so"));
    }

    @Override
    Side observed() {
        return confirmations.isEmpty() ? Side.SOURCE : confirmations.getLast().side();
    }

    @Override
    int changes() {
        return confirmations.size();
    }

    @Test
    void a_confirmation_without_evidence_is_refused() {
        assertThatThrownBy(() -> new ManualSwitch.Confirmation(Side.TARGET, "dora", " "))
                .isInstanceOf(BadInputException.class).hasMessageContaining("needs evidence");
    }
}
