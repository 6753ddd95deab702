package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.BreakGlassRequested;
import dev.ferryman.runbook.CutoverEvent.GateSigned;
import dev.ferryman.runbook.CutoverEvent.SignOffsVoided;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the log says about one gate. */
record GateTrail(List<Gate.SignOff> signOffs, Gate.@Nullable BreakGlass breakGlass) {
    static final GateTrail EMPTY = new GateTrail(List.of(), null);

    boolean passes(GateDefinition definition) {
        return (breakGlass != null && breakGlass.confirmed()) || definition.signoffs().stream()
                .allMatch(role -> signOffs.stream().anyMatch(signOff -> signOff.role().equals(role)));
    }

    GateTrail signed(RecordedEvent by, GateSigned event) {
        List<Gate.SignOff> more = new ArrayList<>(signOffs);
        more.add(new Gate.SignOff(event.role(), by.actor(), by.actorName(), by.at(), event.comment(),
                event.planHash(), event.confirmed()));
        return new GateTrail(more, breakGlass);
    }

    GateTrail without(List<String> roles) {
        return new GateTrail(signOffs.stream().filter(signOff -> !roles.contains(signOff.role())).toList(), breakGlass);
    }

    /** A request to break the glass rests on the same facts as the sign-offs and dies with them. */
    GateTrail voided(SignOffsVoided event) {
        return new GateTrail(without(event.roles()).signOffs(), null);
    }

    GateTrail requested(RecordedEvent by, BreakGlassRequested event) {
        return new GateTrail(signOffs,
                new Gate.BreakGlass(event.reason(), by.actor(), by.actorName(), by.at(), null, null));
    }

    GateTrail confirmed(RecordedEvent by) {
        if (breakGlass == null) {
            throw new IllegalArgumentException("A break-glass was confirmed that nobody asked for");
        }
        return new GateTrail(signOffs, new Gate.BreakGlass(breakGlass.reason(), breakGlass.requestedBy(),
                breakGlass.requestedByName(), breakGlass.requestedAt(), by.actor(), by.actorName()));
    }
}
