package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * One worker's connections to both sides, made when they are first needed and made anew after an error. Only
 * {@link #abort()} may be called by another thread.
 */
final class Session implements TargetSpelling, AutoCloseable {
    private static final int ALIVE_SECONDS = 2;

    private final SqliteSource snapshot;
    private final PostgresTarget target;
    private final @Nullable String view;
    private final boolean utf16;
    private final Set<Told> told = new HashSet<>();
    private boolean begun;
    private volatile boolean aborted;
    private volatile @Nullable SqliteReader fastReader;
    private volatile @Nullable SqliteReader patientReader;
    private volatile @Nullable Connection targetConnection;
    private volatile @Nullable Connection spellingConnection;

    /** A reader that knows which rows of a table are in quarantine. */
    private record Told(SqliteReader reader, QuarantinedRows rows) {}

    /**
     * @param view the target's exported snapshot that all workers look at, null to look at a new one
     * @param utf16 whether the source keeps its text in UTF-16
     */
    Session(SqliteSource snapshot, PostgresTarget target, @Nullable String view, boolean utf16) {
        this.snapshot = snapshot;
        this.target = target;
        this.view = view;
        this.utf16 = utf16;
    }

    /** Rows of the snapshot. */
    SnapshotRows source(ComparedTable table, KeyRange range, boolean inOrder) throws SQLException {
        int columns = table.columns().size();
        int[] wide = table.wideColumns();
        String sql = table.sourceSql(range, inOrder);
        SqliteReader reader = reader(table);
        RowCursor cursor = open(reader, table.quarantined(), sql);
        return wide.length == 0
                ? new SnapshotRows(cursor, columns, null)
                : new SnapshotRows(cursor, columns + wide.length + 1, new LongValues(reader.connection(), table));
    }

    private RowCursor open(SqliteReader reader, @Nullable QuarantinedRows quarantined, String sql)
            throws SQLException {
        if (quarantined == null) {
            return reader.open(sql);
        }
        if (told.add(new Told(reader, quarantined))) {
            quarantined.install(reader.connection());
        }
        return reader.openBeside(sql);
    }

    /** Rows of the target. */
    TargetRows target(ComparedTable table, KeyRange range, boolean inOrder) throws SQLException {
        return new TargetRows(target(), table.targetSql(range, inOrder), table.columns().size(),
                table.wideColumns());
    }

    /** What reads the source's rows of a table. */
    SqliteReader reader(ComparedTable table) throws SQLException {
        return table.limited() ? source() : patient();
    }

    /** A table with digests in the place of long values. */
    ComparedTable wide(ComparedTable table) {
        return table.wide(utf16);
    }

    /** Takes every value, and finds out lengths with a function that the system's library may be too old for. */
    SqliteReader patient() throws SQLException {
        SqliteReader reader = patientReader;
        if (reader == null) {
            reader = new SqliteReader(snapshot, Integer.MAX_VALUE, 0, false);
            patientReader = reader;
            requireWanted();
        }
        return reader;
    }

    /** Reads the snapshot, but no value longer than {@link LongValues#FROM}. */
    SqliteReader source() throws SQLException {
        SqliteReader reader = fastReader;
        if (reader == null) {
            reader = new SqliteReader(snapshot, LongValues.FROM, LongValues.FROM);
            fastReader = reader;
            requireWanted();
        }
        return reader;
    }

    /** The connection to the target, inside a read-only transaction. */
    Connection target() throws SQLException {
        Connection connection = targetConnection;
        if (connection == null || connection.isClosed()) {
            connection = target.connect();
            targetConnection = connection;
            requireWanted();
            begun = false;
        }
        if (!begun) {
            begin(connection, view);
            begun = true;
        }
        return connection;
    }

    /** Lets go of the moment the target was seen at; the next reading looks at a new one. */
    void endMoment() throws SQLException {
        Connection connection = targetConnection;
        if (begun && connection != null && !connection.isClosed()) {
            try (var statement = connection.createStatement()) {
                statement.execute("ROLLBACK");
            }
        }
        begun = false;
    }

    /** Forgets connections to the target that broke while nobody used them. */
    void requireAlive() throws SQLException {
        Connection connection = targetConnection;
        if (connection != null && !connection.isValid(ALIVE_SECONDS)) {
            reset();
        }
    }

    private void requireWanted() throws SQLException {
        if (aborted) {
            throw new SQLException("verification stopped");
        }
    }

    /**
     * Begins a read-only transaction that sees one moment. Values that are cast to text get one spelling whatever the
     * database's settings; limits meant for the application do not cut a long read; row security may refuse, but never
     * hide rows.
     */
    static void begin(Connection connection, @Nullable String view) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            if (view != null) {
                statement.execute("SET TRANSACTION SNAPSHOT " + SqlNames.literal(view));
            }
            for (String setting : new String[]{"statement_timeout = 0", "idle_in_transaction_session_timeout = 0",
                    "row_security = off", "TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "IntervalStyle = 'postgres'",
                    "extra_float_digits = 1", "bytea_output = 'hex'", "work_mem = '64MB'"}) {
                statement.execute("SET LOCAL " + setting);
            }
        }
    }

    @Override
    public @Nullable String of(String type, String text) throws SQLException {
        Connection connection = spellingConnection;
        if (connection == null) {
            connection = target.connect();
            spellingConnection = connection;
            requireWanted();
        }
        try (var statement = connection.prepareStatement("SELECT CAST(CAST(? AS text) AS " + type + ")::text")) {
            statement.setString(1, text);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        } catch (PSQLException e) {
            // Class 22 is "data exception": the type's own refusal.
            if (e.getSQLState() != null && e.getSQLState().startsWith("22")) {
                return null;
            }
            throw e;
        }
    }

    /** Forgets connections that an error may have left in any state. */
    void reset() {
        close();
    }

    /** Makes whatever runs fail soon. */
    void abort() {
        aborted = true;
        interrupt(fastReader);
        interrupt(patientReader);
        abort(targetConnection);
        abort(spellingConnection);
    }

    private static void interrupt(@Nullable SqliteReader reader) {
        if (reader != null) {
            try {
                reader.interrupt();
            } catch (SQLException e) {
                // Closed already: nothing runs on it.
            }
        }
    }

    private static void abort(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // Closed already: nothing runs on it.
            }
        }
    }

    @Override
    public void close() {
        close(fastReader);
        close(patientReader);
        close(targetConnection);
        close(spellingConnection);
        fastReader = null;
        patientReader = null;
        told.clear();
        targetConnection = null;
        spellingConnection = null;
    }

    private static void close(@Nullable AutoCloseable side) {
        if (side != null) {
            try {
                side.close();
            } catch (Exception e) {
                // Reading is over; what was read is in the result.
            }
        }
    }
}
