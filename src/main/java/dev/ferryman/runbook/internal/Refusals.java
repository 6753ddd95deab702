package dev.ferryman.runbook.internal;

import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.RoleMissingException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.SwitchSide;
import java.util.List;

/** What every command checks before its own rules, with one wording for each refusal. */
final class Refusals {
    private Refusals() {}

    static void unlessLive(Cutover cutover, String tried) {
        if (cutover.status().terminal()) {
            throw new IllegalMoveException(tried, "the cutover is " + cutover.status().words() + ".",
                    "Create a new cutover to try again.");
        }
    }

    static void unlessHolds(Actor actor, String role, String tried) {
        if (!actor.holds(role)) {
            throw new RoleMissingException(tried,
                    "it belongs to the role " + Role.labelOf(role) + ", which " + actor.displayName()
                            + " does not hold.",
                    someoneWith(role));
        }
    }

    static void unlessDoes(Actor actor, StepDefinition step, String tried) {
        if (step.standIns().isEmpty()) {
            unlessHolds(actor, step.role(), tried);
        } else if (step.doers().stream().noneMatch(actor::holds)) {
            throw new RoleMissingException(tried, "it belongs to the roles " + step.whoDoesIt() + ", none of which "
                    + actor.displayName() + " holds.", "Ask someone who holds the role " + step.whoDoesIt() + ".");
        }
    }

    static void unlessTakesPart(Cutover cutover, Actor actor, String tried) {
        List<String> roles = cutover.template().roles();
        if (!actor.isFerryman() && !cutover.hasPart(actor)) {
            throw new RoleMissingException(tried,
                    actor.displayName() + " holds none of the roles of this runbook.",
                    "Ask someone who holds one of these roles: " + either(labels(roles)) + ".");
        }
    }

    static void unlessReason(String reason, String tried) {
        if (reason.isBlank()) {
            throw new IllegalMoveException(tried, "it needs a reason.", "Write why, then try again.");
        }
    }

    static Step step(Cutover cutover, String key, String verb) {
        return cutover.step(key).orElseThrow(() -> new IllegalMoveException(verb + " step ‘" + key + "’",
                "this runbook has no such step.", "Open the cutover's page for the steps it has."));
    }

    static void unlessCurrent(Cutover cutover, Step step, String tried) {
        boolean recovery = cutover.template().recoveryOf(step.key()).isPresent();
        if (recovery && cutover.side() == SwitchSide.BEFORE) {
            throw new IllegalMoveException(tried,
                    "it repairs what the switch leads to, and the switch was not started.",
                    cutover.headline());
        }
        if (recovery || step.phase() == cutover.phase()) {
            return;
        }
        boolean past = step.phase().compareTo(cutover.phase()) < 0;
        throw new IllegalMoveException(tried,
                "it belongs to phase " + step.phase().key() + ", the cutover is in " + cutover.phase().key() + ".",
                past
                        ? "That phase is over; what it did is in the log."
                        : "Finish " + cutover.phase().key()
                                + " first: " + cutover.headline());
    }

    static Gate openGate(Cutover cutover, String key, String verb) {
        Gate gate = cutover.gate(key).orElseThrow(() -> new IllegalMoveException(verb + " gate ‘" + key + "’",
                "this runbook has no such gate.", "Open the cutover's page for the gates it has."));
        String tried = verb + " gate ‘" + gate.definition().title() + "’";
        unlessLive(cutover, tried);
        switch (gate.state()) {
            case OPEN -> {
                // As it should be.
            }
            case PASSED -> throw new IllegalMoveException(tried, "the gate is passed.", cutover.headline());
            case CLOSED -> throw new IllegalMoveException(tried,
                    "steps of phase " + gate.phase().key() + " are not done yet.", cutover.headline());
        }
        return gate;
    }

    static String tried(String verb, Step step) {
        return verb + " step ‘" + step.title() + "’";
    }

    static String someoneWith(String role) {
        return "Ask someone who holds the role " + Role.labelOf(role) + ".";
    }

    /** Names for people. */
    static List<String> labels(List<String> roles) {
        return roles.stream().map(Role::labelOf).toList();
    }

    /** "a", "a or b", "a, b or c". */
    static String either(List<String> words) {
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }
}
