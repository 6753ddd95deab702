package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.Applied;
import dev.ferryman.schemachange.AppliedStatement;
import dev.ferryman.schemachange.ApplyListener;
import dev.ferryman.schemachange.ApplyOptions;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.rules.ApplyUnit;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of a script on one connection. */
public final class ApplyRun {
    /** A lock that was not to be had, and a deadlock. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");
    private static final int SHOWN = 120;

    private final Connection connection;
    private final ParsedScript script;
    private final List<ApplyUnit> units;
    private final ApplyState state;
    private final ApplyOptions options;
    private final ApplyListener listener;
    private final StatementWatch watch;
    private final List<AppliedStatement> applied = new ArrayList<>();

    public ApplyRun(Connection connection, ParsedScript script, List<ApplyUnit> units, ApplyState state,
            ApplyOptions options, ApplyListener listener, StatementWatch watch) {
        this.connection = connection;
        this.script = script;
        this.units = units;
        this.state = state;
        this.options = options;
        this.listener = listener;
        this.watch = watch;
    }

    /** Does what is left to do. */
    public Applied from(ApplyState.Stored stored) throws SQLException, InterruptedException {
        long ours = lockLimitMillis();
        for (ApplyUnit unit : units) {
            if (unit.last() <= stored.done()) {
                for (ParsedStatement statement : unit.statements()) {
                    if (setsSession(statement.tree())) {
                        run(statement.sql());
                    }
                }
                continue;
            }
            if (unit.transaction()) {
                transaction(unit, ours);
            } else {
                outside(unit, stored.begun() == unit.last(), ours);
            }
        }
        return new Applied(script.statements().size(), stored.done(), applied);
    }

    /** Whether it sets what a session loses with its connection, so that it has to be said again. */
    public static boolean setsSession(Tree tree) {
        if (tree.is("VariableSetStmt")) {
            return !tree.flag("is_local");
        }
        var sets = new AtomicBoolean();
        if (tree.is("SelectStmt")) {
            tree.walk(node -> {
                if (node.is("FuncCall") && node.names("funcname").getLast().equals("set_config")) {
                    sets.set(true);
                }
            });
        }
        return sets.get();
    }

    private long lockLimitMillis() throws SQLException {
        long deadlock = PgText.number(connection, "SELECT setting FROM pg_settings WHERE name = 'deadlock_timeout'");
        return Math.clamp(options.lockLimit().toMillis(), 1, deadlock / 2);
    }

    private void transaction(ApplyUnit unit, long lockMillis) throws SQLException, InterruptedException {
        long end = System.nanoTime() + options.patience().toNanos();
        for (int attempt = 1;; attempt++) {
            listener.ensureOwner();
            List<AppliedStatement> together = new ArrayList<>();
            try {
                run(unit.begin());
                for (ParsedStatement statement : unit.statements()) {
                    limit("SET LOCAL", lockMillis);
                    together.add(timed(statement, attempt));
                }
                state.done(connection, script.statements(), unit.last());
                run("COMMIT");
                finished(together);
                return;
            } catch (SQLException e) {
                giveUp();
                ParsedStatement at = at(unit, together);
                if (!LOCKED.contains(String.valueOf(e.getSQLState()))) {
                    throw refused(at, e);
                }
                if (attempt > 1 && System.nanoTime() > end) {
                    throw locked(at, attempt, e);
                }
                listener.output(title(at) + ": no lock in try " + attempt + "." + inTheWay());
            } catch (RuntimeException | InterruptedException e) {
                giveUp();
                throw e;
            }
            Thread.sleep(Math.min(5_000, 100L << Math.min(attempt, 6)) + ThreadLocalRandom.current().nextInt(100));
        }
    }

    private ParsedStatement at(ApplyUnit unit, List<AppliedStatement> together) {
        return together.size() < unit.statements().size()
                ? unit.statements().get(together.size())
                : script.statements().get(unit.last() - 1);
    }

    private void giveUp() {
        try {
            run("ROLLBACK");
        } catch (SQLException e) {
            listener.output("The connection is gone: the server rolls the transaction back. " + e.getMessage());
        }
    }

    /** Nobody waits behind such a statement, so it waits for its locks in one go. */
    private void outside(ApplyUnit unit, boolean interrupted, long lockMillis)
            throws SQLException, InterruptedException {
        ParsedStatement statement = unit.statements().getFirst();
        boolean begun = interrupted;
        long end = System.nanoTime() + options.patience().toNanos();
        for (int attempt = 1;; attempt++) {
            listener.ensureOwner();
            try {
                limit("SET", Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (begun && Unfinished.settle(connection, statement)) {
                    listener.output(title(statement) + ": an earlier run has done it.");
                    state.done(connection, script.statements(), unit.last());
                    limitless();
                    return;
                }
                begun = true;
                state.begun(connection, unit.last());
                AppliedStatement done = timed(statement, attempt);
                state.done(connection, script.statements(), unit.last());
                limitless();
                finished(List.of(done));
                return;
            } catch (SQLException e) {
                boolean locked = LOCKED.contains(String.valueOf(e.getSQLState()));
                if (!locked || System.nanoTime() > end) {
                    clearAway(statement, lockMillis);
                    throw locked ? locked(statement, attempt, e) : refused(statement, e);
                }
                listener.output(title(statement) + ": no lock in try " + attempt + "." + inTheWay());
            }
            Thread.sleep(100L + ThreadLocalRandom.current().nextInt(100));
        }
    }

    /** What cannot be removed now is removed before the next try. */
    private void clearAway(ParsedStatement statement, long lockMillis) {
        try {
            limit("SET", lockMillis);
            Unfinished.settle(connection, statement);
            state.begun(connection, 0);
        } catch (SQLException e) {
            listener.output("What it left behind is removed when it is run again: " + e.getMessage());
        }
    }

    private void limit(String set, long lockMillis) throws SQLException {
        run(set + " lock_timeout = '" + lockMillis + "ms'");
        run(set + " statement_timeout = '" + options.statementLimit().toMillis() + "ms'");
    }

    private void limitless() throws SQLException {
        run("RESET lock_timeout");
        run("RESET statement_timeout");
    }

    private AppliedStatement timed(ParsedStatement statement, int attempt) throws SQLException, InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
        watch.statement(statement.number());
        listener.begins(statement.number(), script.statements().size(), statement.sql());
        long started = System.nanoTime();
        run(statement.sql());
        return new AppliedStatement(statement.number(), statement.sql(), Duration.ofNanos(System.nanoTime() - started),
                attempt, watch.waited(statement.number()));
    }

    private void finished(List<AppliedStatement> statements) {
        applied.addAll(statements);
        statements.forEach(listener::done);
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private String title(ParsedStatement statement) {
        String line = statement.sql().replaceAll("\\s+", " ");
        return "Statement " + statement.number() + " of " + script.statements().size() + " (line "
                + script.line(statement.start()) + ", "
                + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + ")";
    }

    private SchemaChangeFailedException refused(ParsedStatement at, SQLException e) {
        return new SchemaChangeFailedException(title(at) + " was refused: " + e.getMessage() + ".",
                standing() + " Correct the cause and retry: it goes on from there. Or take back what is done.", e);
    }

    private SchemaChangeFailedException locked(ParsedStatement at, int attempt, SQLException e) {
        return new SchemaChangeFailedException(
                title(at) + ": the locks were not to be had within " + options.patience().toSeconds() + " s in "
                        + attempt
                        + (attempt == 1 ? " try." : " tries.") + inTheWay(),
                standing()
                        + " End what is in the way, or wait for a quieter moment, then retry: it goes on from there.",
                e);
    }

    /** Who was seen to be; else, who could be. */
    private String inTheWay() {
        try {
            return watch.inTheWay().isEmpty() ? LockedDdl.longTransactions(connection) : watch.inTheWay();
        } catch (SQLException e) {
            return "";
        }
    }

    private String standing() {
        try {
            int done = state.read(connection).map(ApplyState.Stored::done).orElse(0);
            return done == 0
                    ? "Nothing of the script is done."
                    : "The statements up to " + done + " are done and stay.";
        } catch (SQLException e) {
            return "How far it is, is written down in the database.";
        }
    }
}
