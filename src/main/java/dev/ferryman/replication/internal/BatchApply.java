package dev.ferryman.replication.internal;

import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.ReplicationFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/**
 * Applies a batch to the target in one transaction together with its watermarks, so that it is there once or not at all.
 * Rows are brought to a temporary table with COPY, then deleted, updated and inserted as sets.
 */
final class BatchApply {
    private static final String UNIQUE = "23505";
    private static final String EXCLUSION = "23P01";
    private static final String FOREIGN_KEY = "23503";

    private final TargetSession session;
    private final QuietApply quiet;
    private final FaultPoint faults;

    BatchApply(TargetSession session, QuietApply quiet, FaultPoint faults) {
        this.session = session;
        this.quiet = quiet;
        this.faults = faults;
    }

    /** How a batch is written. */
    private enum Way {
        /** Rows that are there are updated. */
        IN_PLACE,
        /** All changed rows go, then come anew: values of unique columns may move between them. */
        ANEW,
        /** As in place, but deletions come last: children may have moved to another parent. */
        DELETIONS_LAST
    }

    /**
     * Applies a batch.
     *
     * @throws ConflictException if something pending beyond the batch has to come with it
     * @throws ReplicationFailedException if the target refuses it for good; nothing of it was kept
     */
    void apply(ChangeBatch batch) throws SQLException, ConflictException {
        Connection target = session.connection();
        target.setAutoCommit(false);
        try {
            session.claim();
            List<ReplicatedTable> tables = batch.tables().stream().map(TableChanges::table).toList();
            List<String> afterwards = quiet.before(target, tables);
            for (TableChanges changes : batch.tables()) {
                stage(target, changes);
            }
            faults.reached("apply-staged");
            write(target, batch);
            quiet.after(target, afterwards);
            for (TableChanges changes : batch.tables()) {
                TargetState.applied(target, session.lease().job(), changes.table().number(), changes.upTo());
            }
            if (batch.token() != null) {
                Sql.update(target, "UPDATE ferryman.replication SET token = ? WHERE job = ?", batch.token(),
                        session.lease().job());
            }
            faults.reached("apply-before-commit");
            target.commit();
            faults.reached("apply-after-commit");
        } catch (SQLException | RuntimeException | ConflictException e) {
            rollBack(target);
            throw e;
        } finally {
            if (!target.isClosed()) {
                target.setAutoCommit(true);
            }
        }
    }

    private static void rollBack(Connection target) {
        try {
            target.rollback();
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it.
        }
    }

    private void stage(Connection target, TableChanges changes) throws SQLException {
        ReplicatedTable table = changes.table();
        var sql = new ApplySql(table);
        Sql.execute(target, "SET LOCAL client_min_messages = warning");
        Sql.execute(target, sql.createStage());
        try (InputStream lines = changes.lines().read()) {
            target.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.copyStage(), lines);
        } catch (IOException e) {
            throw new ReplicationFailedException("Changes could not be read back: " + e.getMessage(),
                    "Nothing was applied. Look after the directory for temporary files, then run it again.", e);
        } catch (SQLException e) {
            throw refused(e, table);
        }
    }

    private void write(Connection target, ChangeBatch batch) throws SQLException, ConflictException {
        List<Way> ways = quiet.replica() ? List.of(Way.IN_PLACE, Way.ANEW) : List.of(Way.IN_PLACE, Way.DELETIONS_LAST);
        for (int i = 0;; i++) {
            var before = target.setSavepoint();
            try {
                write(target, batch, ways.get(i));
                target.releaseSavepoint(before);
                return;
            } catch (ConflictException e) {
                target.rollback(before);
                if (i + 1 == ways.size()) {
                    if (batch.complete()) {
                        throw new ReplicationFailedException("The target refuses rows that the source has: "
                                + e.message() + ".",
                                "Nothing of this batch was kept and the application goes on. The target's constraints are"
                                        + " stricter than the source's data: correct the rows or the constraint, then go"
                                        + " on.",
                                e);
                    }
                    throw e;
                }
            }
        }
    }

    private void write(Connection target, ChangeBatch batch, Way way) throws SQLException, ConflictException {
        List<TableChanges> forward = batch.tables();
        if (way == Way.DELETIONS_LAST) {
            upsert(target, forward, way);
            delete(target, forward.reversed(), way);
        } else {
            delete(target, forward.reversed(), way);
            upsert(target, forward, way);
        }
    }

    private void delete(Connection target, List<TableChanges> tables, Way way) throws SQLException, ConflictException {
        for (TableChanges changes : tables) {
            var sql = new ApplySql(changes.table());
            boolean anew = way == Way.ANEW || sql.anewOnly();
            if (!changes.table().captured().byKey()) {
                quiet.requireNoCascade(target, changes.table(), "true");
                run(target, changes.table(), sql.deleteAll());
            } else if (changes.gone() > 0 || anew) {
                if (changes.gone() > 0) {
                    quiet.requireNoCascade(target, changes.table(), sql.isGone());
                }
                plan(target, changes.table());
                run(target, changes.table(), sql.deleteGone());
                if (anew) {
                    run(target, changes.table(), sql.deletePresent());
                }
            }
        }
    }

    private void upsert(Connection target, List<TableChanges> tables, Way way) throws SQLException, ConflictException {
        for (TableChanges changes : tables) {
            if (changes.rows() > 0) {
                var sql = new ApplySql(changes.table());
                if (changes.table().captured().byKey()) {
                    plan(target, changes.table());
                    if (way != Way.ANEW && !sql.anewOnly() && sql.hasOtherColumns()) {
                        run(target, changes.table(), sql.update());
                    }
                }
                run(target, changes.table(), sql.insert());
            }
        }
    }

    private static void plan(Connection target, ReplicatedTable table) throws SQLException {
        // For lack of knowledge about the stage, a large table would be read from end to end.
        String on = table.keyIndexed() ? "off" : "on";
        Sql.execute(target, "SET LOCAL enable_hashjoin = " + on);
        Sql.execute(target, "SET LOCAL enable_mergejoin = " + on);
    }

    private static void run(Connection target, ReplicatedTable table, String sql)
            throws SQLException, ConflictException {
        try (var statement = target.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.equals(UNIQUE) || state.equals(EXCLUSION) || state.equals(FOREIGN_KEY)) {
                throw new ConflictException(reason(e), e);
            }
            throw refused(e, table);
        }
    }

    /** A lost connection stays what it is; a refusal names the table. */
    private static RuntimeException refused(SQLException e, ReplicatedTable table) throws SQLException {
        String state = e.getSQLState() == null ? "08" : e.getSQLState();
        if (state.startsWith("08") || state.startsWith("57") || state.startsWith("40") || state.startsWith("53")) {
            throw e;
        }
        return new ReplicationFailedException("Table " + table.plan().source() + ": PostgreSQL refused changed rows: "
                + reason(e) + ".",
                "Nothing of this batch was kept and the application goes on. Correct the row in the source or the"
                        + " target's table, then go on.",
                e);
    }

    private static String reason(SQLException e) {
        var server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (server == null) {
            return String.valueOf(e.getMessage());
        }
        String reason = server.getMessage() + (server.getDetail() == null ? "" : " (" + server.getDetail() + ")");
        return reason.length() > 300 ? reason.substring(0, 300) + " …" : reason;
    }
}
