package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.GateDefinition;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** What gates demand of rehearsals. DESIGN.md § 3: a gate can demand a rehearsal not older than N days. */
final class RehearsalDemand {
    private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final EventLog log;

    RehearsalDemand(EventLog log) {
        this.log = log;
    }

    /** Why the gate cannot be signed for want of a rehearsal; empty where it can be, or where none is asked for. */
    Optional<String> unmet(Cutover cutover, GateDefinition gate, Instant now) {
        Duration within = gate.requiresRehearsal();
        if (within == null || cutover.rehearsal()) {
            return Optional.empty();
        }
        Optional<Rehearsal> latest = log.rehearsals(cutover.template().key(), cutover.source()).stream()
                .filter(each -> each.status() == Status.COMPLETED).findFirst();
        if (latest.isPresent() && !latest.get().ended().isBefore(now.minus(within))) {
            return Optional.empty();
        }
        return Optional.of("it asks for a rehearsal of the same template and source completed within the last "
                + words(within) + ", and "
                + latest.map(each -> "the latest, ‘" + each.name() + "’, was completed on " + AT.format(each.ended()))
                        .orElse("none was ever completed")
                + ".");
    }

    /** What to do about it. */
    static String next(Cutover cutover) {
        return "Create a rehearsal from the template ‘" + cutover.template().title() + "’ with "
                + (cutover.source().isEmpty() ? "" : "the source " + cutover.source() + " and ")
                + "a staging database as its target, complete it, then sign.";
    }

    /** Refuses to sign a gate that asks for a rehearsal which is not there. */
    void check(Draft draft, String gateKey) {
        Cutover cutover = draft.cutover();
        Gate gate = Refusals.openGate(cutover, gateKey, "Sign");
        unmet(cutover, gate.definition(), draft.at()).ifPresent(why -> {
            throw new IllegalMoveException("Sign gate ‘" + gate.definition().title() + "’", why, next(cutover));
        });
    }

    private static String words(Duration within) {
        if (within.toSeconds() % Duration.ofDays(1).toSeconds() == 0) {
            return within.toDays() == 1 ? "day" : within.toDays() + " days";
        }
        if (within.toSeconds() % Duration.ofHours(1).toSeconds() == 0) {
            return within.toHours() == 1 ? "hour" : within.toHours() + " hours";
        }
        return within.toSeconds() % 60 == 0 ? within.toMinutes() + " min" : within.toSeconds() + " s";
    }
}
