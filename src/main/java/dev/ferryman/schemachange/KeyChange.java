package dev.ferryman.schemachange;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schemachange.internal.InterruptibleSession;
import dev.ferryman.schemachange.internal.KeyBackfill;
import dev.ferryman.schemachange.internal.KeyChangeCatalog;
import dev.ferryman.schemachange.internal.KeyChangeNames;
import dev.ferryman.schemachange.internal.KeyChangeRecheck;
import dev.ferryman.schemachange.internal.KeyChangeSql;
import dev.ferryman.schemachange.internal.KeyChangeState;
import dev.ferryman.schemachange.internal.LockedDdl;
import dev.ferryman.schemachange.internal.PgText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Changes keys of whole numbers to UUIDs while the application writes: <em>expand</em> (a column beside each, a trigger
 * that fills both), <em>backfill</em>, <em>constrain</em> (indexes, NOT NULL, foreign keys), <em>switch</em> (the names
 * change hands in one short transaction), <em>drop</em>. Until the drop the old values stay written, so that it can be
 * taken back at every stage and nothing that was written is lost.
 *
 * <p>Every method can be run again after a crash: it continues, or finds itself done.
 */
public final class KeyChange {
    private static final int LISTED = 20;
    /** What a build that was cut off leaves behind. */
    private static final String INVALID = "SELECT EXISTS (SELECT 1 FROM pg_index"
            + " WHERE indexrelid = to_regclass(?) AND NOT indisvalid)";

    private final PostgresTarget target;
    private final String job;
    private final KeyChangeState state;
    private final KeyChangeOptions options;
    private final KeyChangeListener listener;

    /**
     * @param job identifies this change across restarts
     * @param generation the lease's fencing token, growing with every new holder
     */
    public KeyChange(PostgresTarget target, String job, long generation, KeyChangeOptions options,
            KeyChangeListener listener) {
        this.target = target;
        this.job = job;
        this.state = new KeyChangeState(job, generation);
        this.options = options;
        this.listener = listener;
    }

    /**
     * Looks what would be done; changes nothing. Tells the listener of triggers that the backfill would fire.
     *
     * @param schema the schema of the tables whose keys change
     * @param tables their names, empty for every table with a key of one whole number
     * @param version 4 for random UUIDs, 7 for ones that grow with time (PostgreSQL 18 and newer)
     * @throws dev.ferryman.endpoint.BadInputException where something could not be carried, naming it
     */
    public KeyChangePlan plan(String schema, Collection<String> tables, int version) throws InterruptedException {
        return work(connection -> {
            KeyChangePlan plan = KeyChangeCatalog.plan(connection, schema, tables, version);
            KeyBackfill.firing(connection, plan)
                    .forEach((table, triggers) -> listener.output("The backfill updates every"
                            + " row of " + table + ", and its trigger " + String.join(", ", triggers)
                            + " will fire for each. Where"
                            + " that is not wanted: GRANT SET ON PARAMETER session_replication_role TO this role, or disable it"
                            + " for the time."));
            if (options.mostReplayLag() > 0 && KeyBackfill.standbysHidden(connection)) {
                listener.output(
                        "This role may not see how far standbys are behind, so the backfill will not wait for them:"
                                + " GRANT pg_monitor TO it where it is to.");
            }
            return plan;
        });
    }

    /** How far it is. */
    public KeyChangeStage stage() throws InterruptedException {
        return work(this::stage);
    }

    /** The plan it works by, once it was begun. */
    public KeyChangePlan begun() throws InterruptedException {
        return work(connection -> stored(connection).plan());
    }

    /** Adds the columns and the triggers. Each table is locked for a moment. */
    public void expand(KeyChangePlan plan) throws InterruptedException {
        work(connection -> {
            if (stage(connection) != KeyChangeStage.NONE) {
                return true;
            }
            ddl().run(connection, "Adding the columns", KeyChangeSql.locks(plan), in -> {
                state.begin(in, plan);
                for (KeyChangeTable table : plan.tables()) {
                    all(in, KeyChangeSql.expand(plan, table));
                }
            });
            return true;
        });
    }

    /**
     * Fills the columns of the rows that were there before. Nothing but the rows of one range is locked at a time.
     *
     * @return rows that got a UUID in this run
     */
    public long backfill() throws InterruptedException {
        return work(connection -> {
            var stored = stored(connection);
            if (stored.stage() != KeyChangeStage.EXPANDED) {
                return 0L;
            }
            var backfill = new KeyBackfill(connection, stored.plan(), state, options, listener);
            List<KeyChangePlan.Place> places = stored.plan().inOrder();
            int at = places.stream().map(KeyChangePlan.Place::title).toList().indexOf(stored.filling());
            long rows = 0;
            for (int i = 0; i < places.size(); i++) {
                // Those that were done are looked at again: a UUID that was lost meanwhile is missed where it is referred to.
                rows += backfill.fill(places.get(i), i < at ? KeyBackfill.DONE : i == at ? stored.page() : 0);
            }
            for (KeyChangeTable table : stored.plan().tables()) {
                listener.ensureOwner();
                PgText.execute(connection, "VACUUM (ANALYZE) " + KeyChangeSql.table(table));
            }
            ddl().run(connection, "Noting the end of the backfill", List.of(),
                    in -> state.stage(in, KeyChangeStage.BACKFILLED));
            return rows;
        });
    }

    /** Builds the indexes beside all writes, then constraints that are validated beside all writes. */
    public void constrain() throws InterruptedException {
        work(connection -> {
            var stored = stored(connection);
            if (stored.stage().reached(KeyChangeStage.CONSTRAINED)) {
                return true;
            }
            require(stored.stage() == KeyChangeStage.BACKFILLED, stored.stage(), "The backfill comes first.");
            for (KeyChangeTable table : stored.plan().tables()) {
                for (KeyChangeTable.Index index : table.indexes()) {
                    build(connection, table, KeyChangeNames.twin(index), KeyChangeSql.createTwin(table, index));
                    if (KeyChangeSql.constrains(index)) {
                        build(connection, table, KeyChangeNames.spare(index), KeyChangeSql.createSpare(table, index));
                    }
                }
            }
            for (KeyChangePlan.Place place : stored.plan().inOrder()) {
                requireFilled(connection, stored.plan(), place);
            }
            for (KeyChangePlan.Place place : stored.plan().inOrder()) {
                refer(connection, stored.plan(), place);
            }
            ddl().run(connection, "Noting the constraints", List.of(),
                    in -> state.stage(in, KeyChangeStage.CONSTRAINED));
            return true;
        });
    }

    private void build(Connection connection, KeyChangeTable table, String name, String create)
            throws SQLException, InterruptedException {
        String index = SqlNames.quote(table.schema(), name);
        awaitBuild(connection, index, name);
        if (PgText.yes(connection, INVALID, index)) {
            // Not CONCURRENTLY: that could not be refused to a process that was overtaken meanwhile.
            ddl().run(connection, "Dropping what is left of the index " + name, List.of(KeyChangeSql.lock(table)),
                    in -> {
                        state.claim(in);
                        if (PgText.yes(in, INVALID, index)) {
                            PgText.execute(in, "DROP INDEX " + index);
                        }
                    });
        }
        listener.ensureOwner();
        if (PgText.yes(connection, "SELECT to_regclass(?) IS NULL", index)) {
            listener.output("Building the index " + name + " of " + table.title());
            PgText.execute(connection, create);
        }
    }

    /** The server goes on with a build whose client has died: nothing is won by beginning it anew. */
    private void awaitBuild(Connection connection, String index, String name)
            throws SQLException, InterruptedException {
        boolean told = false;
        while (PgText.yes(connection, "SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index"
                + " WHERE datname = current_database() AND index_relid = to_regclass(?))", index)) {
            if (!told) {
                listener.output("The index " + name + " is being built already, by a process that was here before");
                told = true;
            }
            listener.ensureOwner();
            Thread.sleep(500);
        }
    }

    /** NOT NULL by a check that was validated first needs no scan under the lock (PostgreSQL 12 and newer). */
    private void requireFilled(Connection connection, KeyChangePlan plan, KeyChangePlan.Place place)
            throws SQLException, InterruptedException {
        KeyChangeTable table = place.table();
        KeyChangeColumn column = place.column();
        String check = KeyChangeNames.check(column);
        if (!column.nullable() && PgText.yes(connection,
                "SELECT attnotnull FROM pg_attribute WHERE attrelid = ?::regclass AND attname = ?",
                KeyChangeSql.table(table), column.added())) {
            return;
        }
        add(connection, table, check, List.of(), KeyChangeSql.addCheck(table, column));
        // A transaction that was open when the columns came may have written a row that the backfill did not see.
        long missed = new KeyBackfill(connection, plan, state, options, listener).fill(place, 0);
        if (missed > 0) {
            listener.output(missed + " more rows of " + place.title() + " got their UUIDs.");
        }
        validate(connection, place, check);
        if (!column.nullable()) {
            ddl().run(connection, "NOT NULL of " + place.title(), List.of(), in -> {
                state.claim(in);
                PgText.execute(in, KeyChangeSql.alter(table) + "ALTER COLUMN " + SqlNames.quote(column.added())
                        + " SET NOT NULL");
                PgText.execute(in, KeyChangeSql.alter(table) + "DROP CONSTRAINT " + SqlNames.quote(check));
            });
        }
    }

    private void refer(Connection connection, KeyChangePlan plan, KeyChangePlan.Place place)
            throws SQLException, InterruptedException {
        if (place.column().reference() == null) {
            return;
        }
        var reference = Objects.requireNonNull(place.column().reference());
        String name = KeyChangeNames.foreignKey(reference);
        add(connection, place.table(), name, KeyChangeSql.locks(plan, place.table(), reference),
                KeyChangeSql.addForeignKey(plan, place.table(), place.column()));
        validate(connection, place, name);
    }

    private void add(Connection connection, KeyChangeTable table, String constraint, List<String> locks,
            String sql)
            throws SQLException, InterruptedException {
        if (!PgText.yes(connection,
                "SELECT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = ?::regclass AND conname = ?)",
                KeyChangeSql.table(table), constraint)) {
            ddl().run(connection, "Adding " + constraint + " to " + table.title(), locks, in -> {
                state.claim(in);
                PgText.execute(in, sql);
            });
        }
    }

    private void validate(Connection connection, KeyChangePlan.Place place, String constraint)
            throws SQLException, InterruptedException {
        ddl().run(connection, "Validating " + constraint + " of " + place.title(), List.of(), in -> {
            state.claim(in);
            PgText.execute(in, KeyChangeSql.validate(place.table(), constraint));
        });
    }

    /**
     * The UUIDs take the columns' names, all tables in one transaction. Whoever reads or writes them waits for a moment;
     * the application has to be one that takes either.
     *
     * @throws dev.ferryman.endpoint.BadInputException where somebody has changed the schema since it was planned
     */
    public void switchOver() throws InterruptedException {
        work(connection -> {
            var stored = stored(connection);
            if (stored.stage() != KeyChangeStage.CONSTRAINED) {
                require(stored.stage().reached(KeyChangeStage.SWITCHED), stored.stage(), "The constraints come first.");
                return true;
            }
            ddl().run(connection, "The switch", KeyChangeSql.locks(stored.plan()), in -> {
                KeyChangeRecheck.requireAsPlanned(in, stored.plan());
                all(in, KeyChangeSql.toUuids(stored.plan()));
                state.stage(in, KeyChangeStage.SWITCHED);
            });
            return true;
        });
    }

    /**
     * Takes it back, from whatever stage: the old values take their names again, with everything that was written since,
     * and the UUIDs go where {@code keep} does not say otherwise.
     *
     * @param keep leaves columns and triggers, so that it can be tried again without a new backfill
     */
    public void undo(boolean keep) throws InterruptedException {
        work(connection -> {
            if (stage(connection) == KeyChangeStage.NONE) {
                return true;
            }
            var stored = stored(connection);
            require(stored.stage() != KeyChangeStage.DROPPED, stored.stage(),
                    "The old values are gone for good: only a restore brings them back.");
            KeyChangePlan plan = stored.plan();
            if (stored.stage() == KeyChangeStage.SWITCHED) {
                ddl().run(connection, "The way back", KeyChangeSql.locks(plan), in -> {
                    all(in, KeyChangeSql.toOldValues(plan));
                    state.stage(in, KeyChangeStage.BACKFILLED);
                });
            }
            for (KeyChangePlan.Place place : plan.inOrder()) {
                if (place.column().reference() != null) {
                    validate(connection, place, place.column().reference().constraint());
                }
            }
            if (!keep) {
                ddl().run(connection, "Removing the UUIDs", KeyChangeSql.locks(plan), in -> {
                    all(in, KeyChangeSql.contract(plan));
                    state.forget(in);
                });
            }
            return true;
        });
    }

    /** Drops the old columns. After it there is no way back but a restore. */
    public void drop() throws InterruptedException {
        work(connection -> {
            var stored = stored(connection);
            if (stored.stage() == KeyChangeStage.DROPPED) {
                return true;
            }
            require(stored.stage() == KeyChangeStage.SWITCHED, stored.stage(), "The switch comes first.");
            ddl().run(connection, "Dropping the old columns", KeyChangeSql.locks(stored.plan()), in -> {
                all(in, KeyChangeSql.dropOld(stored.plan()));
                state.stage(in, KeyChangeStage.DROPPED);
            });
            return true;
        });
    }

    /** Forgets a change that came to its end; nothing of Ferryman is left. */
    public void forget() throws InterruptedException {
        work(connection -> {
            if (stage(connection) == KeyChangeStage.NONE) {
                return true;
            }
            var stored = stored(connection);
            require(stored.stage() == KeyChangeStage.DROPPED, stored.stage(), "It has not come to its end.");
            ddl().run(connection, "Removing what is Ferryman's", List.of(), state::forget);
            return true;
        });
    }

    /**
     * Looks at every row on both sides of every reference, and at every key.
     *
     * @return what is wrong, one sentence each with the rows it is about; empty where all is well
     */
    public List<String> verify() throws InterruptedException {
        return work(connection -> {
            var stored = stored(connection);
            boolean switched = stored.stage().reached(KeyChangeStage.SWITCHED);
            require(stored.stage() != KeyChangeStage.DROPPED, stored.stage(), "There is nothing to compare with.");
            List<String> wrong = new ArrayList<>();
            for (KeyChangePlan.Place place : stored.plan().inOrder()) {
                listener.ensureOwner();
                List<String> keys = PgText.query(connection, KeyChangeSql.mismatches(stored.plan(), place, switched)
                        + " LIMIT " + (LISTED + 1), row -> row.getString(1));
                if (!keys.isEmpty()) {
                    wrong.add(place.title() + ": the two values of " + (keys.size() > LISTED
                            ? "more than " + LISTED
                            : Integer.toString(keys.size())) + " rows do not belong together, at "
                            + String.join(", ", keys.subList(0, Math.min(LISTED, keys.size()))) + ".");
                }
            }
            return wrong;
        });
    }

    private KeyChangeStage stage(Connection connection) throws SQLException {
        return state.read(connection).map(KeyChangeState.Stored::stage).orElse(KeyChangeStage.NONE);
    }

    private KeyChangeState.Stored stored(Connection connection) throws SQLException {
        return state.read(connection).orElseThrow(() -> new SchemaChangeFailedException(
                "The change of keys " + job + " was not begun in " + target.display() + ".",
                "Run the step that adds the columns first."));
    }

    private static void require(boolean holds, KeyChangeStage stage, String next) {
        if (!holds) {
            throw new SchemaChangeFailedException("The change of keys stands at: " + stage.words() + ".",
                    "Nothing was changed. " + next);
        }
    }

    private LockedDdl ddl() {
        return new LockedDdl(options.lockLimit(), options.patience(), listener);
    }

    private static void all(Connection connection, List<String> statements) throws SQLException {
        for (String statement : statements) {
            PgText.execute(connection, statement);
        }
    }

    private <T> T work(InterruptibleSession.Work<T> work) throws InterruptedException {
        try {
            return InterruptibleSession.run(target, work);
        } catch (SQLException e) {
            throw new SchemaChangeFailedException(
                    "PostgreSQL refused it at " + target.display() + ": " + e.getMessage() + ".",
                    "What was committed before stays, the application goes on. Correct the cause and retry: it continues"
                            + " where it was.",
                    e);
        }
    }
}
