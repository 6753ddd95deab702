package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.endpoint.Standby;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.schema.Counted;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads which standby a step is about. */
@Component
class Replicas {
    private final Material material;
    private final Connections connections;
    private final SecretRoots secrets;

    Replicas(Material material, Connections connections, SecretRoots secrets) {
        this.material = material;
        this.connections = connections;
        this.secrets = secrets;
    }

    /** Tries whether the arguments can name one; a runbook may leave it open whether there is one. */
    static void check(Arguments arguments) {
        arguments.text("standby")
                .ifPresent(standby -> PostgresTarget.parse(Connections.requireNoPassword(standby), null));
    }

    /** The standby of the target; without a password of its own it has the target's, which every standby has copied. */
    Standby standby(StepContext context) {
        var arguments = new Arguments(context.with());
        arguments.text("password").map(secrets::open).ifPresent(password -> context.conceal(password.reveal()));
        return standby(context.cutoverId(), arguments, material.target(context));
    }

    /** The same, for who only looks. */
    Standby standby(String cutoverId, Arguments arguments) {
        return standby(cutoverId, arguments, connections.target(cutoverId));
    }

    private Standby standby(String cutoverId, Arguments arguments, PostgresTarget primary) {
        Secret password = arguments.text("password").map(secrets::open)
                .or(() -> connections.password(cutoverId)).orElse(null);
        return new Standby(PostgresTarget.parse(Connections.requireNoPassword(arguments.required("standby")), password),
                primary);
    }

    String display(StepContext context) {
        return PostgresTarget.parse(new Arguments(context.with()).required("standby"), null).display();
    }

    /** How far it is behind, in words. */
    static String behind(Standby.Sight sight) {
        Long bytes = sight.behindBytes();
        String age = sight.standby().replayAge() == null
                ? ""
                : " Its last replayed transaction was committed "
                        + Watching.spoken(sight.standby().replayAge()) + " ago.";
        return (bytes == null
                ? "How much it lacks cannot be known: the primary does not answer."
                : "It lacks " + Counted.of(bytes, "byte") + " of write-ahead log.") + age;
    }
}
