package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.internal.ApplyRun;
import dev.ferryman.schemachange.internal.ApplyState;
import dev.ferryman.schemachange.internal.InterruptibleSession;
import dev.ferryman.schemachange.internal.OneApplier;
import dev.ferryman.schemachange.internal.PgText;
import dev.ferryman.schemachange.internal.StatementWatch;
import dev.ferryman.schemachange.internal.Unfinished;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
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

    /**
     * How far a script is.
     *
     * @param done how many of its statements are done
     */
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
            OneApplier.become(connection, job, OneApplier.Earlier.WAITED_FOR, options.statementLimit(), listener);
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

    /**
     * Stops it for good, so that it can be taken back: the session of an earlier run is ended, an older process that wakes up
     * later can apply nothing more, and what a statement that was cut off has left behind is cleared away.
     *
     * @param script as it was applied; empty where nobody has it any more. Where it is another one by now, nothing is cleared
     *        away
     * @return how far it is, and stays
     */
    public Standing stop(Optional<SqlScript> script) throws InterruptedException {
        Optional<ParsedScript> parsed = script.map(ScriptParser::parse);
        return work(connection -> {
            newest(connection);
            OneApplier.become(connection, job, OneApplier.Earlier.ENDED, options.statementLimit(), listener);
            ApplyState.Stored stored = committed(connection, () -> state.fence(connection,
                    script.map(SqlScript::name).orElse(""), script.map(SqlScript::sha256).orElse(""),
                    parsed.map(each -> each.statements().size()).orElse(0)));
            if (stored.begun() <= stored.done()
                    || !script.map(SqlScript::sha256).equals(Optional.of(stored.script()))) {
                return new Standing(stored.done(), stored.statements());
            }
            return settled(connection, stored, parsed.orElseThrow().statements());
        });
    }

    private Standing settled(Connection connection, ApplyState.Stored stored, List<ParsedStatement> statements)
            throws SQLException {
        listener.ensureOwner();
        for (ParsedStatement before : statements.subList(0, stored.begun() - 1)) {
            if (ApplyRun.setsSession(before.tree())) {
                PgText.execute(connection, before.sql());
            }
        }
        PgText.execute(connection, "SET lock_timeout = '" + options.patience().toMillis() + "ms'");
        boolean all = Unfinished.settle(connection, statements.get(stored.begun() - 1));
        int done = all ? stored.begun() : stored.done();
        return committed(connection, () -> {
            state.done(connection, statements, done);
            return new Standing(done, stored.statements());
        });
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
        return committed(connection, () -> state.begin(connection, script, parsed.statements()));
    }

    /** Something is done in one transaction. */
    @FunctionalInterface
    private interface Change<T> {
        T made() throws SQLException;
    }

    private <T> T committed(Connection connection, Change<T> change) throws SQLException {
        listener.ensureOwner();
        connection.setAutoCommit(false);
        try {
            T made = change.made();
            connection.commit();
            return made;
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
