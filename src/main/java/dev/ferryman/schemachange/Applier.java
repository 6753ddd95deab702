package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.internal.ApplyRun;
import dev.ferryman.schemachange.internal.ApplyState;
import dev.ferryman.schemachange.internal.InterruptibleSession;
import dev.ferryman.schemachange.internal.OneApplier;
import dev.ferryman.schemachange.internal.StatementWatch;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ScriptParser;
import dev.ferryman.schemachange.internal.rules.ApplyUnit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Applies a script to a database in use, statement by statement, with the transactions that the script asks for. It waits for
 * locks only briefly, lets the others pass and tries again. How far it is, is written down in the database in the same
 * transaction: after a crash, or once the cause of a failure is corrected, the same call goes on where it was, and no
 * statement is run twice.
 */
public final class Applier {
    private final PostgresTarget target;
    private final String job;
    private final ApplyState state;
    private final long generation;
    private final ApplyOptions options;
    private final ApplyListener listener;

    /**
     * @param job identifies what is applied across restarts
     * @param generation the lease's fencing token, growing with every new holder
     */
    public Applier(PostgresTarget target, String job, long generation, ApplyOptions options, ApplyListener listener) {
        this.target = target;
        this.job = job;
        this.state = new ApplyState(job, generation);
        this.generation = generation;
        this.options = options;
        this.listener = listener;
    }

    /** How far a script is: how many of its statements are done. */
    public record Standing(int done, int of) {}

    /**
     * Applies a script, or what is left of it.
     *
     * @throws BadInputException where PostgreSQL would refuse its text, or it could not be run exactly once
     * @throws SchemaChangeFailedException where a statement was refused, a lock was not to be had, or other statements than
     *         those of this script are done already
     * @throws InterruptedException where the caller was interrupted; the running statement was cancelled by then
     */
    public Applied apply(SqlScript script) throws InterruptedException {
        ParsedScript parsed = ScriptParser.parse(script);
        List<ApplyUnit> units = ApplyUnit.of(script, parsed);
        return work(connection -> {
            newest(connection);
            OneApplier.become(connection, job, options.statementLimit(), listener);
            ApplyState.Stored stored = begin(connection, script, parsed);
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            listener.session(pid);
            try (var watch = new StatementWatch(target, pid, parsed.statements().size(), listener)) {
                return new ApplyRun(connection, parsed, units, state, options, listener, watch).from(stored);
            }
        });
    }

    /**
     * Makes sure that a script could be applied.
     *
     * @throws BadInputException as {@link #apply}
     */
    public static void check(SqlScript script) {
        ApplyUnit.of(script, ScriptParser.parse(script));
    }

    /** How far it is; empty where nothing was begun. */
    public Optional<Standing> standing() throws InterruptedException {
        return work(connection -> state.read(connection).map(found -> new Standing(found.done(), found.statements())));
    }

    /** Forgets it; where nothing else of Ferryman is left, its schema goes too. */
    public void forget() throws InterruptedException {
        work(connection -> {
            if (state.read(connection).isPresent()) {
                connection.setAutoCommit(false);
                state.forget(connection);
                connection.commit();
            }
            return true;
        });
    }

    /** Whoever comes too late must not end the session of the newer one. */
    private void newest(Connection connection) throws SQLException {
        if (state.read(connection).filter(found -> found.generation() > generation).isPresent()) {
            throw ApplyState.taken();
        }
    }

    private ApplyState.Stored begin(Connection connection, SqlScript script, ParsedScript parsed) throws SQLException {
        listener.ensureOwner();
        connection.setAutoCommit(false);
        try {
            ApplyState.Stored stored = state.begin(connection, script, parsed.statements());
            connection.commit();
            return stored;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private <T> T work(InterruptibleSession.Work<T> work) throws InterruptedException {
        try {
            return InterruptibleSession.run(target, work);
        } catch (SQLException e) {
            throw new SchemaChangeFailedException(
                    "PostgreSQL refused it at " + target.display() + ": " + e.getMessage() + ".",
                    "What was committed before stays. Correct the cause and retry: it continues where it was.", e);
        }
    }
}
