package dev.ferryman.runbook;

import dev.ferryman.access.Role;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The one sentence that says what is happening, what it waits for and who can act. DESIGN.md § 4. */
final class Headline {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Headline() {}

    static String of(Cutover cutover) {
        return switch (cutover.status()) {
            case COMPLETED -> "Completed: every phase is done and signed.";
            case ROLLED_BACK -> "Rolled back: the application is on its source.";
            case ABORTED -> "Aborted before anything was touched." + kept(cutover);
            case FAILED -> "Failed: its rollback was given up; find out by hand where the application stands."
                    + kept(cutover);
            case ACTIVE -> live(cutover, "");
            case ROLLING_BACK -> live(cutover, "Rolling back. ");
        };
    }

    private static String kept(Cutover cutover) {
        return cutover.kept().map(kept -> kept.certain()
                ? " It is kept from writing until someone switches maintenance off."
                : " It may be kept from writing: nobody knows whether maintenance is on.").orElse("");
    }

    private static String live(Cutover cutover, String prefix) {
        Optional<PendingRollback> pending = cutover.pendingRollback();
        if (pending.isPresent()) {
            return "Rolls back by itself at " + CLOCK.format(pending.get().due()) + " unless it is held: ‘"
                    + cutover.step(pending.get().step()).map(Step::title).orElse(pending.get().step()) + "’ failed.";
        }
        List<Step> steps = Stream.concat(
                cutover.recoveries().stream().filter(Recovery::underWay).flatMap(it -> it.steps().stream()),
                cutover.steps(cutover.phase()).stream()).toList();
        Optional<String> urgent = first(steps, StepStatus.UNKNOWN).map(
                step -> quoted(step) + " was cut off and may or may not have taken effect; " + the(step)
                        + " must find out and complete or retry it.")
                .or(() -> first(steps, StepStatus.FAILED).map(
                        step -> quoted(step) + " failed: " + what(step) + " " + afterFailure(step)))
                .or(() -> first(steps, StepStatus.INCONCLUSIVE)
                        .map(step -> quoted(step) + " is inconclusive: " + what(step) + " " + afterFailure(step)))
                .or(() -> breakGlass(cutover));
        String calm = urgent.orElseGet(() -> first(steps, StepStatus.RUNNING).map(Headline::running)
                .or(() -> first(steps, StepStatus.CANCELLED)
                        .map(step -> quoted(step) + " was cancelled; " + the(step) + " can retry it."))
                .or(() -> openGate(cutover)).or(() -> ready(cutover, steps))
                .or(() -> cutover.kept().map(_ -> "Everything else is done; waits for someone to let the application"
                        + " write again, and to say so."))
                .orElse("Everything is done; waits for someone to complete the cutover."));
        return prefix + calm;
    }

    private static String running(Step step) {
        String by = step.lastAttempt().filter(attempt -> !attempt.startedBy().equals(Actor.FERRYMAN.username()))
                .map(attempt -> ", started by " + attempt.startedByName()).orElse("");
        String attempt = step.attempt() > 1 ? ", attempt " + step.attempt() : "";
        return quoted(step) + " is running" + by + attempt + ".";
    }

    private static Optional<String> openGate(Cutover cutover) {
        return cutover.gate(cutover.phase()).filter(gate -> gate.state() == Gate.State.OPEN)
                .map(gate -> "Gate ‘" + gate.definition().title() + "’ waits for the sign-off of "
                        + listed(gate.missing().stream().map(Headline::the).toList()) + ".");
    }

    private static Optional<String> breakGlass(Cutover cutover) {
        return cutover.gate(cutover.phase()).filter(gate -> gate.state() != Gate.State.PASSED)
                .flatMap(gate -> gate.breakGlass().map(request -> request.requestedByName()
                        + " asks to break the glass of gate ‘" + gate.definition().title()
                        + "’; a second person must confirm or leave it."));
    }

    private static Optional<String> ready(Cutover cutover, List<Step> steps) {
        Predicate<Step> isReady = step -> step.status() == StepStatus.READY;
        long others = steps.stream().filter(isReady).count() - 1;
        return steps.stream().filter(isReady).findFirst().map(step -> {
            if (step.definition().timing().inWindow() && !cutover.mayStartAnyTime(step.key())
                    && !(cutover.rehearsal() && cutover.window().isEmpty())) {
                return inWindow(cutover, step);
            }
            String verb = step.definition().kind() == StepKind.MANUAL ? "do" : "start";
            String more = others > 0 ? " (and " + others + " more)" : "";
            return "Waits for " + the(step) + " to " + verb + " " + quoted(step) + more + ".";
        });
    }

    /** True before, inside and after the window: a headline is not drawn anew for the passing of time. */
    private static String inWindow(Cutover cutover, Step step) {
        String start = step.definition().automatic()
                ? quoted(step) + " starts by itself"
                : "Waits for " + the(step) + " to " + (step.definition().kind() == StepKind.MANUAL ? "do " : "start ")
                        + quoted(step);
        return cutover.window().map(window -> start + " inside the window, " + Narrative.when(window) + ".")
                .orElse(quoted(step) + " may start only inside the window, and none is set.");
    }

    private static String afterFailure(Step step) {
        String accept = step.definition().acceptBy() == null
                ? ""
                : ", or " + the(step.definition().acceptBy()) + " can accept going on without it";
        return "The " + step.definition().whoDoesIt() + " can retry it" + accept + ".";
    }

    private static Optional<Step> first(List<Step> steps, StepStatus status) {
        return steps.stream().filter(step -> step.status() == status).findFirst();
    }

    private static String what(Step step) {
        return step.lastAttempt().map(attempt -> sentence(attempt.what())).orElse("");
    }

    private static String sentence(String text) {
        String trimmed = text.strip();
        return trimmed.isEmpty() || ".!?".indexOf(trimmed.charAt(trimmed.length() - 1)) >= 0 ? trimmed : trimmed + ".";
    }

    private static String the(Step step) {
        return "the " + step.definition().whoDoesIt();
    }

    private static String the(String role) {
        return "the " + Role.labelOf(role);
    }

    private static String quoted(Step step) {
        return "‘" + step.title() + "’";
    }

    /** "a", "a and b", "a, b and c". */
    static String listed(List<String> words) {
        if (words.size() < 2) {
            return String.join("", words);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }
}
