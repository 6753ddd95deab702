package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.BreakGlassConfirmed;
import dev.ferryman.runbook.CutoverEvent.BreakGlassRequested;
import dev.ferryman.runbook.CutoverEvent.GateSigned;
import dev.ferryman.runbook.CutoverEvent.PlanSet;
import dev.ferryman.runbook.CutoverEvent.SignOffWithdrawn;
import dev.ferryman.runbook.CutoverEvent.SignOffsVoided;
import dev.ferryman.runbook.Freshness;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.RoleMissingException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What people may do at a gate, and the plan that sign-offs are bound to. DESIGN.md § 3. */
public final class GateMoves {
    private GateMoves() {}

    /** Signs the open gate for a role. The last signature passes it, after every earlier signer's role is seen again. */
    public static void sign(Draft draft, Actor actor, String key, String role, String comment,
            List<String> confirmed, RoleDirectory directory) {
        Cutover cutover = draft.cutover();
        Gate gate = Refusals.openGate(cutover, key, "Sign");
        String label = Role.labelOf(role);
        String tried = "Sign gate ‘" + gate.definition().title() + "’ as " + label;
        if (!gate.definition().signoffs().contains(role)) {
            throw new IllegalMoveException(tried, "the gate asks for no sign-off of the " + label + ".",
                    "It waits for " + Refusals.either(Refusals.labels(gate.missing())) + ".");
        }
        Refusals.unlessHolds(actor, role, tried);
        if (!directory.rolesOf(actor.username()).contains(role)) {
            throw new RoleMissingException(tried,
                    actor.displayName() + " does not hold the role " + label + " any more.",
                    Refusals.someoneWith(role));
        }
        gate.signOff(role).ifPresent(given -> {
            throw new IllegalMoveException(tried, given.name() + " has signed as " + label + ".",
                    gate.missing().isEmpty()
                            ? cutover.headline()
                            : "It still waits for " + Refusals.either(Refusals.labels(gate.missing())) + ".");
        });
        gate.signOffs().stream().filter(given -> given.username().equals(actor.username())).findFirst()
                .ifPresent(own -> {
                    throw new IllegalMoveException(tried,
                            actor.displayName() + " has signed this gate as " + Role.labelOf(own.role()) + ".",
                            "Each role is signed by another person: ask someone else who holds the role " + label
                                    + ".");
                });
        judgedOwnWork(cutover, gate, actor).ifPresent(step -> {
            throw new IllegalMoveException(tried,
                    actor.displayName() + " started or decided ‘" + step.title() + "’, which this gate judges.",
                    "Ask someone else who holds the role " + label + ".");
        });
        if (accepts(cutover, gate) && cutover.planners().contains(actor.username())) {
            throw new IllegalMoveException(tried,
                    actor.displayName() + " made choices of the plan, which this gate accepts.",
                    "Ask someone else who holds the role " + label + ".");
        }
        unlessPlanned(cutover, gate, tried);
        Freshness.objection(cutover, gate.phase(), draft.at()).ifPresent(why -> {
            throw new IllegalMoveException(tried, why, "Run that check again, then sign.");
        });
        unlessConfirmed(gate, confirmed, tried);
        recheck(draft, gate, directory);
        String planHash = gate.definition().requiresPlan() ? cutover.plan().map(PlanSet::planHash).orElse(null) : null;
        draft.emit(actor, new GateSigned(key, role, comment.strip(), planHash, gate.definition().criteria()));
        Course.follow(draft);
    }

    /** Takes back one's own sign-off. */
    public static void withdraw(Draft draft, Actor actor, String key, String role, String reason) {
        Gate gate = Refusals.openGate(draft.cutover(), key, "Withdraw from");
        String tried = "Withdraw the sign-off of the " + Role.labelOf(role) + " from gate ‘" + gate.definition().title()
                + "’";
        Gate.SignOff signOff = gate.signOff(role).orElseThrow(() -> new IllegalMoveException(tried,
                "nobody has signed as " + Role.labelOf(role) + ".", draft.cutover().headline()));
        if (!signOff.username().equals(actor.username())) {
            throw new IllegalMoveException(tried, signOff.name() + " gave it.",
                    "Only " + signOff.name() + " can take it back.");
        }
        Refusals.unlessReason(reason, tried);
        draft.emit(actor, new SignOffWithdrawn(key, role, reason.strip()));
    }

    /** Asks to pass the open gate without its sign-offs. */
    public static void requestBreakGlass(Draft draft, Actor actor, String key, String reason) {
        Gate gate = Refusals.openGate(draft.cutover(), key, "Break the glass of");
        String tried = "Break the glass of gate ‘" + gate.definition().title() + "’";
        Refusals.unlessTakesPart(draft.cutover(), actor, tried);
        Refusals.unlessReason(reason, tried);
        unlessPlanned(draft.cutover(), gate, tried);
        gate.breakGlass().ifPresent(request -> {
            throw new IllegalMoveException(tried, request.requestedByName() + " has asked for it.",
                    "A second person can confirm it.");
        });
        draft.emit(actor, new BreakGlassRequested(key, reason.strip()));
    }

    /** Confirms it as the second person; the gate is passed. */
    public static void confirmBreakGlass(Draft draft, Actor actor, String key) {
        Gate gate = Refusals.openGate(draft.cutover(), key, "Confirm breaking the glass of");
        String tried = "Confirm breaking the glass of gate ‘" + gate.definition().title() + "’";
        Refusals.unlessTakesPart(draft.cutover(), actor, tried);
        Gate.BreakGlass request = gate.breakGlass().orElseThrow(() -> new IllegalMoveException(tried,
                "nobody has asked for it.", "Ask for it first, with a reason."));
        if (request.requestedBy().equals(actor.username())) {
            throw new IllegalMoveException(tried, actor.displayName() + " has asked for it.",
                    "A second person must confirm it.");
        }
        draft.emit(actor, new BreakGlassConfirmed(key));
        Course.follow(draft);
    }

    /** Sets the plan. The same plan again is no event; another one voids what was signed for the old. */
    public static void setPlan(Draft draft, Actor actor, String planHash, String summary) {
        Cutover cutover = draft.cutover();
        String tried = "Set the plan";
        Refusals.unlessLive(cutover, tried);
        if (!actor.isFerryman()) {
            Refusals.unlessTakesPart(cutover, actor, tried);
        }
        if (planHash.isBlank()) {
            throw new IllegalArgumentException("A plan has a hash");
        }
        if (cutover.plan().filter(plan -> plan.planHash().equals(planHash)).isPresent()) {
            return;
        }
        if (cutover.status() != Status.ACTIVE
                || (cutover.phase() != Phase.CHECKLIST && cutover.phase() != Phase.MIGRATE)) {
            throw new IllegalMoveException(tried, "the plan stands once the data is carried over.",
                    "Roll back and create a new cutover for another plan.");
        }
        cutover.gates().stream()
                .filter(gate -> gate.definition().requiresPlan() && gate.state() == Gate.State.PASSED).findFirst()
                .ifPresent(gate -> {
                    throw new IllegalMoveException(tried,
                            "gate ‘" + gate.definition().title() + "’ was passed for another plan.",
                            "Roll back and create a new cutover for this one.");
                });
        draft.emit(actor, new PlanSet(planHash, summary));
        for (Gate gate : cutover.gates()) {
            if (gate.definition().requiresPlan()) {
                StepMoves.voidSignOffs(draft, gate, "the plan has changed.");
            }
        }
    }

    /** Whether this gate is the one that accepts the plan; later ones are bound to it and judge what came of it. */
    private static boolean accepts(Cutover cutover, Gate gate) {
        return cutover.gates().stream().filter(each -> each.definition().requiresPlan()).findFirst()
                .filter(first -> first.key().equals(gate.key())).isPresent();
    }

    private static void unlessPlanned(Cutover cutover, Gate gate, String tried) {
        if (gate.definition().requiresPlan() && cutover.plan().isEmpty()) {
            throw new IllegalMoveException(tried, "there is no plan to sign for.", "Make the plan first.");
        }
    }

    private static void unlessConfirmed(Gate gate, List<String> confirmed, String tried) {
        List<String> open = gate.definition().criteria().stream().filter(each -> !confirmed.contains(each)).toList();
        if (!open.isEmpty()) {
            throw new IllegalMoveException(tried, "not every criterion is confirmed: " + String.join("; ", open) + ".",
                    "Confirm each one that is met, or do not sign.");
        }
    }

    private static void recheck(Draft draft, Gate gate, RoleDirectory directory) {
        if (gate.missing().size() != 1) {
            return;
        }
        List<String> lapsed = gate.signOffs().stream()
                .filter(signOff -> !directory.rolesOf(signOff.username()).contains(signOff.role()))
                .map(Gate.SignOff::role).toList();
        if (!lapsed.isEmpty()) {
            draft.emit(Actor.FERRYMAN,
                    new SignOffsVoided(gate.key(), lapsed, "who signed does not hold the role any more."));
        }
    }

    /** A step the gate judges that this person started, retried or decided. */
    private static Optional<Step> judgedOwnWork(Cutover cutover, Gate gate, Actor actor) {
        return cutover.steps(gate.phase()).stream()
                .filter(step -> step.definition().kind() == StepKind.ACTION
                        || step.definition().kind() == StepKind.CHECK)
                .filter(step -> step.attempts().stream().flatMap(GateMoves::people)
                        .anyMatch(person -> person.equals(actor.username())))
                .findFirst();
    }

    private static Stream<String> people(Attempt attempt) {
        return attempt.endedBy() == null
                ? Stream.of(attempt.startedBy())
                : Stream.of(attempt.startedBy(), attempt.endedBy());
    }
}
