package dev.ferryman.backup;

import dev.ferryman.backup.internal.DatabaseProperties;
import dev.ferryman.backup.internal.SessionEnder;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a restored dump in the place of a database. The dump is restored into a new database beside it, which the application
 * does not notice. Then both are renamed in one transaction, for whose moment every session is ended and new ones wait: at
 * no time is there none of that name, whatever is killed. The old database stays, read-only, under a name with the time.
 *
 * <p>Every call can be repeated: what is there says how far it came.
 */
public final class DatabaseSwap {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
            .withZone(ZoneOffset.UTC);
    private static final String IN_USE = "55006";
    private static final int NAME_LIMIT = 63;
    private static final int TRIES = 5;
    private static final String REPLACED = """
                                           SELECT datname FROM pg_database WHERE starts_with(shobj_description(oid, 'pg_database'), ?)
                                           ORDER BY 1 DESC LIMIT 1""";

    /** Whoever stops with the names locked lets nobody connect: the server ends it instead. */
    private static final String LIMITS = "SET LOCAL idle_in_transaction_session_timeout = '5s'; SET LOCAL lock_timeout = '30s'";

    private final PostgresTarget target;
    private final PostgresTarget maintenance;
    private final String mark;
    private final Consumer<String> lines;

    /**
     * @param target the database that is to be replaced
     * @param job identifies this restore across restarts
     * @param lines hears what is done
     */
    public DatabaseSwap(PostgresTarget target, String job, Consumer<String> lines) {
        this.target = target;
        this.maintenance = maintenance(target);
        this.mark = "Replaced by Ferryman, restore " + job + " at ";
        this.lines = lines;
    }

    /** A database of the same server to give orders from, since a database cannot be renamed from within. */
    public static PostgresTarget maintenance(PostgresTarget target) {
        SQLException refused = null;
        for (String name : new String[]{"postgres", "template1"}) {
            if (!name.equals(target.database())) {
                PostgresTarget other = target.withDatabase(name);
                try (Connection _ = other.connect()) {
                    return other;
                } catch (SQLException e) {
                    refused = e;
                }
            }
        }
        throw new BadInputException("Neither ‘postgres’ nor ‘template1’ can be connected to on " + target.display()
                + ", and a database cannot be renamed from within.",
                "Nothing was changed. GRANT CONNECT on one of them.",
                refused == null ? new SQLException() : refused);
    }

    /**
     * Makes sure beforehand that it could be done.
     *
     * @throws BadInputException naming the right that is missing
     */
    public void requireRights() {
        String missing = ask(
                """
                SELECT concat_ws(', ', CASE WHEN NOT r.rolcreatedb AND NOT r.rolsuper THEN 'to create databases (CREATEDB)' END,
                    CASE WHEN NOT pg_has_role(current_user, d.datdba, 'USAGE') THEN 'of its owner' END,
                    CASE WHEN NOT r.rolsuper AND NOT pg_has_role(current_user, 'pg_signal_backend', 'USAGE')
                        AND EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid AND a.usesysid IS NOT NULL
                            AND NOT pg_has_role(current_user, a.usesysid, 'USAGE'))
                        THEN 'to end sessions of other roles (pg_signal_backend)' END)
                FROM pg_database d, pg_roles r WHERE d.datname = ? AND r.rolname = current_user""",
                target.database());
        if (missing == null) {
            throw new BadInputException("There is no database " + target.database() + " to replace.",
                    "Look who has renamed or dropped it.");
        }
        if (!missing.isEmpty()) {
            throw new BadInputException(
                    "The role may not replace " + target.display() + ": it lacks the right " + missing
                            + ".",
                    "Nothing was changed. Grant it; or, as on a managed service that withholds it, restore the backup by hand"
                            + " into a new database (pg_restore, or the service's own restore) and point the application"
                            + " there.");
        }
    }

    /** The name under which the old database was kept; empty where it was not replaced yet. */
    public Optional<String> replaced() {
        return Optional.ofNullable(ask(REPLACED, mark));
    }

    private Optional<String> replaced(Connection connection) throws SQLException {
        return Optional.ofNullable(ask(connection, REPLACED, mark));
    }

    /** Whether an earlier run has finished the restored database of this name. */
    public boolean isReady(String ready) {
        return ask("SELECT datname FROM pg_database WHERE datname = ?", ready) != null;
    }

    /**
     * Restores the dump beside the database, counts its rows, and gives it owner, rights and settings of the old one.
     *
     * @param making name of the database until then, this run's own: two runs at a time do not meet
     * @param ready its name once it is whole, for {@link #swap}
     * @param rows rows of each table when the backup was taken
     * @throws BadInputException if it does not come back as it was taken; nothing is left then
     */
    public RestoreProof.Proof restore(String making, String ready, SealedFile backup, SortedMap<String, Long> rows,
            BackupSettings settings) throws InterruptedException {
        boolean done = false;
        ScratchDatabase database = ScratchDatabase.create(target, making, true);
        try {
            Duration took = new DumpRestore(backup, settings, lines).into(database.target(),
                    DumpRestore.Owners.AS_THEY_WERE);
            RestoreProof.Proof proof = RestoreProof.counted(backup, rows, database.target(), took);
            try (Connection connection = maintenance.connect()) {
                DatabaseProperties.carry(connection, target.database(), making, lines);
                execute(connection, "ALTER DATABASE " + quoted(making) + " RENAME TO " + quoted(ready));
            } catch (SQLException e) {
                throw target.refusal(e);
            }
            done = true;
            return proof;
        } finally {
            if (!done) {
                database.close();
            }
        }
    }

    /**
     * The restored database takes the name. Every session of the old one is ended. Where that was done already, also by
     * somebody else meanwhile, it is not done again: what was written since would be left behind.
     *
     * @param ready name of the restored database
     * @param at goes into the old database's new name
     * @return that name
     * @throws BadInputException if sessions cannot be ended; the old database is as it was then
     */
    public String swap(String ready, Instant at) throws InterruptedException {
        String live = target.database();
        String suffix = "_before_" + STAMP.format(at);
        String old = shortened(live, NAME_LIMIT - suffix.length()) + suffix;
        for (int attempt = 1;; attempt++) {
            Optional<String> earlier = replaced();
            if (earlier.isPresent()) {
                return earlier.get();
            }
            try (Connection connection = maintenance.connect(); var _ = SessionEnder.of(maintenance, live)) {
                connection.setAutoCommit(false);
                execute(connection, LIMITS);
                // Takes the lock that new sessions wait for, then waits some seconds until nobody is connected.
                execute(connection, "ALTER DATABASE " + quoted(live) + " RENAME TO " + quoted(old));
                Optional<String> meanwhile = replaced(connection);
                if (meanwhile.isPresent()) {
                    connection.rollback();
                    return meanwhile.get();
                }
                execute(connection, "ALTER DATABASE " + quoted(ready) + " RENAME TO " + quoted(live));
                execute(connection, "COMMENT ON DATABASE " + quoted(old) + " IS '"
                        + (mark + at).replace("'", "''") + "'");
                execute(connection, "ALTER DATABASE " + quoted(old) + " SET default_transaction_read_only = on");
                connection.commit();
                return old;
            } catch (SQLException e) {
                if (!IN_USE.equals(e.getSQLState())) {
                    throw maintenance.refusal(e);
                }
                if (attempt == TRIES) {
                    throw new BadInputException("Sessions of " + target.display() + " could not be ended: "
                            + e.getMessage() + ".",
                            "It goes on as it was; the restored database is ready beside it. Stop the application and end"
                                    + " prepared transactions, then retry.",
                            e);
                }
                lines.accept("Somebody is still connected: trying again.");
            }
            Thread.sleep(200);
        }
    }

    private @Nullable String ask(String sql, String value) {
        try (Connection connection = maintenance.connect()) {
            return ask(connection, sql, value);
        } catch (SQLException e) {
            throw maintenance.refusal(e);
        }
    }

    private static @Nullable String ask(Connection connection, String sql, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            try (var row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Names are limited in bytes. */
    private static String shortened(String name, int bytes) {
        String shorter = name;
        while (shorter.getBytes(StandardCharsets.UTF_8).length > bytes) {
            shorter = shorter.substring(0, shorter.offsetByCodePoints(shorter.length(), -1));
        }
        return shorter;
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
