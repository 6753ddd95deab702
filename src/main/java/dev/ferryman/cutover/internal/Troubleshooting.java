package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.Diagnosis;
import dev.ferryman.cutover.Diagnosis.Check;
import dev.ferryman.cutover.Diagnosis.Found;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.Topic;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.Step;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** Makes the checks that the texts beside a failed step name, within a time that a page can wait for. */
@Component
class Troubleshooting {
    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final Duration STATEMENT = Duration.ofSeconds(3);
    private static final int AT_ONCE = 3;

    private final Connections connections;
    private final VerificationStore verifications;
    private final PlanStore plans;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Troubleshooting(Connections connections, VerificationStore verifications, PlanStore plans, Clock clock) {
        this.connections = connections;
        this.verifications = verifications;
        this.plans = plans;
        this.clock = clock;
    }

    /** What is found about this step; nothing where it has not failed. */
    Diagnosis of(String cutoverId, Step step) {
        List<Topic> topics = Topic.of(step);
        if (topics.isEmpty()) {
            return new Diagnosis(clock.instant(), List.of());
        }
        if (!places.tryAcquire()) {
            throw new BadInputException("Others are making checks at this moment.", "Try again in a few seconds.");
        }
        List<Check> found = new CopyOnWriteArrayList<>();
        var asking = new FutureTask<>(() -> ask(cutoverId, topics, found::add), true);
        // The place is given back when the asking has really ended, which may be later than the page waits.
        Thread.ofVirtual().name("troubleshooting").start(() -> {
            try {
                asking.run();
            } finally {
                places.release();
            }
        });
        await(asking, topics.getLast(), found);
        return new Diagnosis(clock.instant(), found);
    }

    private static void await(FutureTask<Boolean> asking, Topic last, List<Check> found) {
        String asked = "Were all checks made?";
        try {
            asking.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            asking.cancel(true);
            found.add(new Check(last, asked, Found.UNKNOWN,
                    "No: the rest was given up after " + LIMIT.toSeconds() + " s.", "Try again."));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String next = cause instanceof BadInputException bad ? bad.next() : "See the checks above, then try again.";
            found.add(new Check(last, asked, Found.UNKNOWN, "No: " + cause.getMessage(), next));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            asking.cancel(true);
        }
    }

    private void ask(String cutoverId, List<Topic> topics, Consumer<Check> tell) {
        PostgresTarget target = connections.target(cutoverId);
        Optional<PlanView> plan = plans.latest(cutoverId);
        if (topics.contains(Topic.CONNECTION)) {
            ConnectionChecks.run(target, tell);
        }
        if (topics.contains(Topic.MISMATCH)) {
            MismatchChecks.differences(verifications.all(cutoverId).reversed().stream().findFirst(), plan, tell);
        }
        if (topics.contains(Topic.MISMATCH) || topics.contains(Topic.SLOW)) {
            inTarget(target, cutoverId, topics, plan, tell);
        }
    }

    private void inTarget(PostgresTarget target, String cutoverId, List<Topic> topics, Optional<PlanView> plan,
            Consumer<Check> tell) {
        try (var connection = target.connectToLook(STATEMENT)) {
            if (topics.contains(Topic.MISMATCH) && plan.isPresent()) {
                MismatchChecks.structure(connection, plan.get(), tell);
            }
            if (topics.contains(Topic.SLOW)) {
                SlowChecks.run(connection, connections.of(cutoverId).schema(), tell);
            }
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }
}
