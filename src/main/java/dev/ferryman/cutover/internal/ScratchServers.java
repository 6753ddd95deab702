package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.runbook.StepContext;
import org.springframework.stereotype.Component;

/** The server that a step's {@code server} and {@code password} name for databases that are dropped again. */
@Component
class ScratchServers {
    private final SecretRoots secrets;

    ScratchServers(SecretRoots secrets) {
        this.secrets = secrets;
    }

    /** Refuses an address that is none, or holds a password. */
    static void check(Arguments arguments) {
        arguments.text("server").ifPresent(url -> PostgresTarget.parse(Connections.requireNoPassword(url), null));
    }

    /** The server; its password is masked in whatever the step writes from now on. */
    PostgresTarget of(StepContext context, Arguments arguments) {
        Secret password = arguments.text("password").map(secrets::open).orElse(null);
        if (password != null) {
            context.conceal(password.reveal());
        }
        return PostgresTarget.parse(Connections.requireNoPassword(arguments.required("server")), password);
    }
}
