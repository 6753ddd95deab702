package dev.ferryman.activity;

import dev.ferryman.activity.Activity.Place;
import dev.ferryman.activity.internal.Identities;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Cancels a session's statement, or ends the session: exactly the one that was seen, or none. */
public final class BackendSignals {
    /** The server may need a moment until a statement notices that it is cancelled. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String LOOK_AGAIN = "Look at the sessions again, then decide anew.";

    private BackendSignals() {}

    /**
     * The session that is meant, if it may be asked to do this.
     *
     * @param now everything that is open
     *
     * @throws SignalRefusedException where it is gone, is at something else than was seen, or may not be ended
     */
    public static Place meant(Activity now, BackendSignal signal, BackendIdentity seen) throws SignalRefusedException {
        Optional<Place> found = now.find(seen.pid());
        if (found.isEmpty()) {
            throw new SignalRefusedException("session " + seen.pid() + " is gone, or has ended its transaction.",
                    LOOK_AGAIN);
        }
        Backend backend = found.get().backend();
        String objection = backend.objection();
        if (!objection.isEmpty()) {
            throw new SignalRefusedException(objection, "Nothing was done.");
        }
        unlessSame(backend.identity(), seen);
        String because = backend.objection(signal);
        if (!because.isEmpty()) {
            throw new SignalRefusedException(because, "Nothing was done. End the session if that is what you want.");
        }
        return found.get();
    }

    private static void unlessSame(BackendIdentity now, BackendIdentity seen) throws SignalRefusedException {
        if (!Identities.same(now.started(), seen.started())) {
            throw new SignalRefusedException("the number " + seen.pid() + " belongs to another session now.",
                    LOOK_AGAIN);
        }
        if (!Identities.same(now.transaction(), seen.transaction()) || !Identities.same(now.query(), seen.query())) {
            throw new SignalRefusedException("session " + seen.pid() + " is at something else now than what was shown.",
                    LOOK_AGAIN);
        }
    }

    /**
     * Asks the server. It compares once more itself, in the statement that does it.
     *
     * @param meant what {@link #meant} has found
     * @return what came of it, one sentence
     * @throws SignalRefusedException where the session went on to something else just now
     * @throws SQLException where the server refuses it, or cannot be asked
     */
    public static String send(PostgresTarget target, BackendSignal signal, BackendIdentity meant)
            throws SignalRefusedException, SQLException, InterruptedException {
        try (Connection connection = target.connectToLook(LIMIT)) {
            String function = signal == BackendSignal.CANCEL
                    ? "pg_cancel_backend(a.pid)"
                    : "pg_terminate_backend(a.pid, " + PATIENCE.toMillis() + ")";
            Optional<Boolean> done = Identities.ask(connection, "SELECT " + function, meant);
            if (done.isEmpty()) {
                throw new SignalRefusedException("session " + meant.pid()
                        + " went on to something else, or ended, just now.", LOOK_AGAIN);
            }
            return signal == BackendSignal.TERMINATE
                    ? done.get() ? "The session has ended." : "The session was told to end and has not done so yet."
                    : cancelled(connection, meant);
        }
    }

    private static String cancelled(Connection connection, BackendIdentity meant)
            throws SQLException, InterruptedException {
        for (long waited = 0; waited <= PATIENCE.toMillis(); waited += EVERY.toMillis()) {
            if (Identities.ask(connection, "SELECT a.state <> 'active'", meant).orElse(true)) {
                return "The statement has ended.";
            }
            Thread.sleep(EVERY);
        }
        return "The statement was told to end and has not done so yet.";
    }
}
