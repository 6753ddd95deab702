package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Standby;
import dev.ferryman.runbook.Cutover;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Whether the target's standby could be promoted now, and what that would lose. */
@Component
class PromotionProspect implements RecoveryProspect {
    private final Replicas replicas;

    PromotionProspect(Replicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public String type() {
        return ReplicaPromoteStep.TYPE;
    }

    @Override
    public Prospect look(Cutover cutover, Arguments arguments) {
        if (arguments.text("standby").isEmpty()) {
            return cannot("No standby was named when the cutover was created.");
        }
        try {
            Standby standby = replicas.standby(cutover.id(), arguments);
            return prospect(BoundedLook.ask(standby::look));
        } catch (TimeoutException _) {
            return cannot("The standby does not answer within " + BoundedLook.LIMIT.toSeconds() + " s.");
        } catch (ExecutionException e) {
            return cannot(said(e.getCause()));
        } catch (BadInputException e) {
            return cannot(said(e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return cannot("This process had to stop before it was asked.");
        }
    }

    private static Prospect prospect(Standby.Sight sight) {
        if (!sight.standby().recovering()) {
            return new Prospect(true, "It takes writes already; what follows it can be done.", 0L,
                    "It has been promoted.");
        }
        if (sight.primaryWritable()) {
            return cannot("The old primary answers and takes writes: there would be two.");
        }
        if (sight.primary().isEmpty() && sight.receiving()) {
            return cannot("The old primary does not answer here, but the standby still hears from it.");
        }
        return new Prospect(true, "A DBA who makes sure that the old primary does not come back.", null,
                Replicas.behind(sight) + " Where it is synchronous nothing is lost.");
    }

    private static Prospect cannot(String why) {
        return new Prospect(false, why, null, "");
    }

    private static String said(@Nullable Throwable cause) {
        return cause instanceof BadInputException bad
                ? bad.getMessage() + " " + bad.next()
                : "It cannot be told: " + cause;
    }
}
