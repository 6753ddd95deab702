package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Standby;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.StepStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code replica.promote}: makes the target's standby the primary. Refused while the old primary may still take writes, since
 * then two would (I7); {@code accept: primary-lost} says that it does not, by whoever has made sure.
 */
@Component
class ReplicaPromoteStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "replica.promote";
    private static final String PRIMARY_LOST = "primary-lost";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MAKE_SURE = "Nothing was changed. Stop the old primary, or make it read-only"
            + " (default_transaction_read_only); if it is certain that nobody can write to it, give the step"
            + " ‘accept: primary-lost’.";

    private final Replicas replicas;

    ReplicaPromoteStep(Material material, Replicas replicas) {
        super(TYPE, material);
        this.replicas = replicas;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            Replicas.check(arguments);
            accepted(arguments);
        });
    }

    private static boolean accepted(Arguments arguments) {
        return arguments.text("accept").map(accept -> {
            if (!accept.equals(PRIMARY_LOST)) {
                throw new BadInputException("accept is " + accept + ".", "Leave it out, or write primary-lost.");
            }
            return true;
        }).orElse(false);
    }

    /** The standby is production's. */
    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would promote the standby " + new Arguments(with).text("standby").orElse("") + ".");
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        if (arguments.text("standby").isEmpty()) {
            throw new BadInputException(
                    "No standby was named when the cutover was created, so there is none to promote.",
                    "Nothing was changed. Mend the primary by hand, or go back to SQLite.");
        }
        Standby standby = replicas.standby(context);
        Standby.Sight sight = standby.look();
        requireKnown(context, sight);
        if (sight.standby().recovering() && !accepted(arguments)) {
            requireNoOtherPrimary(sight);
        }
        String behind = sight.standby().recovering() ? Replicas.behind(sight) : "It had been promoted already.";
        context.output(behind);
        context.intent("Promote the standby " + replicas.display(context));
        Standby.Promoted promoted = standby.promote(arguments.duration("limit", LIMIT));
        context.outcome("It takes writes, on timeline " + promoted.timeline());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("promoteMillis", promoted.took().toMillis());
        facts.put("timeline", promoted.timeline());
        if (sight.behindBytes() != null) {
            facts.put("behindBytes", sight.behindBytes());
        }
        return new StepResult.Passed("%s takes writes after %,d ms, on timeline %s. %s".formatted(
                replicas.display(context), promoted.took().toMillis(), promoted.timeline(), behind), facts);
    }

    /** Where an earlier step has seen it as the target's standby, it must be that one. */
    private void requireKnown(StepContext context, Standby.Sight sight) {
        Optional<String> known = material().cutover(context).steps().stream()
                .filter(step -> ReplicaCheckStep.TYPE.equals(step.definition().uses())
                        && step.status() == StepStatus.PASSED)
                .map(Step::lastAttempt).flatMap(Optional::stream).map(Attempt::facts)
                .map(facts -> Objects.toString(facts.get(ReplicaCheckStep.SYSTEM), "")).findFirst();
        if (known.isPresent() && !known.get().equals(sight.standby().systemIdentifier())) {
            throw new BadInputException(
                    "The server " + replicas.display(context) + " is another one than ‘" + ReplicaCheckStep.TYPE
                            + "’ has seen: its system identifier differs.",
                    "Nothing was changed. Correct the address of the standby.");
        }
        if (known.isEmpty() && sight.standby().recovering() && sight.primary().isEmpty()
                && !accepted(new Arguments(context.with()))) {
            throw new BadInputException(
                    "Nothing proves that this is a standby of the target: the target does not answer, and no step ‘"
                            + ReplicaCheckStep.TYPE + "’ has seen it before.",
                    "Nothing was changed. Make sure that it is the right server; then give the step"
                            + " ‘accept: primary-lost’.");
        }
    }

    private static void requireNoOtherPrimary(Standby.Sight sight) {
        if (sight.primaryWritable()) {
            throw new BadInputException("The old primary still answers and takes writes: there would be two.",
                    MAKE_SURE);
        }
        if (sight.primary().isEmpty() && sight.receiving()) {
            throw new BadInputException("The old primary does not answer here, but the standby still hears from it:"
                    + " the application may too, and there would be two.", MAKE_SURE);
        }
    }
}
