package dev.ferryman.endpoint;

import dev.ferryman.endpoint.internal.JdbcRowCursor;
import dev.ferryman.endpoint.internal.NativeDatabase;
import dev.ferryman.endpoint.internal.SqliteLibrary;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Reads a SQLite file fast; for one thread at a time. A snapshot is read by the system's {@code libsqlite3} where there
 * is one; a live file, which may have one SQLite library only ({@code DESIGN.md} § 2, invariant I5), and anything at all
 * with {@code -Dferryman.sqlite.reader=jdbc}, by sqlite-jdbc. Both give the same values.
 */
public final class SqliteReader implements AutoCloseable {
    /** System property that keeps snapshots from being read by the system's library. */
    public static final String READER = "ferryman.sqlite.reader";
    /** Its value for that. */
    public static final String JDBC = "jdbc";

    private final SqliteSource source;
    private final int longestInJava;
    private final boolean utf16;
    private volatile @Nullable NativeDatabase library;
    private volatile @Nullable Connection connection;

    /**
     * Opens a file. A row with a longer value than the reader takes ends the reading with {@link ValueTooLongException}.
     *
     * @param longestInJava longest text or blob, in bytes, that sqlite-jdbc may bring into the heap
     * @param longestInPlace longest one that the system's library may load into its own memory
     */
    public SqliteReader(SqliteSource source, int longestInJava, int longestInPlace) throws SQLException {
        this(source, longestInJava, longestInPlace, !JDBC.equals(System.getProperty(READER)));
    }

    /**
     * As above.
     *
     * @param preferLibrary whether the system's library is used where it may be and there is one
     */
    public SqliteReader(SqliteSource source, int longestInJava, int longestInPlace, boolean preferLibrary)
            throws SQLException {
        this.source = source;
        this.longestInJava = longestInJava;
        if (preferLibrary && source.immutable() && SqliteLibrary.present()) {
            library = new NativeDatabase(source.path(), longestInPlace);
        }
        // SQLite answers in that very encoding.
        try (var cursor = open("PRAGMA encoding", true)) {
            cursor.next();
            byte[] name = new byte[cursor.length(0)];
            cursor.copy(0, 0, name, 0, name.length);
            utf16 = name.length > 4 && name[4] == '1';
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /** Loads both libraries, which the first file that is opened waits for otherwise; for nothing but that. */
    public static void load() {
        try {
            SQLiteJDBCLoader.initialize();
            SqliteLibrary.present();
        } catch (Exception e) {
            throw new IllegalStateException("sqlite-jdbc cannot load its library", e);
        }
    }

    /** What reads the rows, for a report. */
    public String name() {
        return library == null
                ? "sqlite-jdbc " + SQLiteJDBCLoader.getVersion()
                : "libsqlite3 " + SqliteLibrary.version();
    }

    /** Whether the file keeps its text in UTF-16, whose bytes sort unlike UTF-8. Cursors give UTF-8 all the same. */
    public boolean utf16() {
        return utf16;
    }

    /** The file. */
    public SqliteSource source() {
        return source;
    }

    /** Runs a query. On a live file an open cursor is a read transaction. */
    public RowCursor open(String sql) throws SQLException {
        return open(sql, utf16);
    }

    /** Runs a query through {@link #connection()}, which sees that connection's temporary tables. */
    public RowCursor openBeside(String sql) throws SQLException {
        return new JdbcRowCursor(connection(), sql, utf16);
    }

    private RowCursor open(String sql, boolean textIsUtf16) throws SQLException {
        NativeDatabase fast = library;
        if (fast != null) {
            try {
                return fast.query(sql, textIsUtf16);
            } catch (SQLException e) {
                // The system's library may be older than the file's schema; sqlite-jdbc's is not.
                fast.close();
                library = null;
            }
        }
        return new JdbcRowCursor(connection(), sql, textIsUtf16);
    }

    /** A connection through sqlite-jdbc, which closes with this reader and refuses longer values as its cursors do. */
    public Connection connection() throws SQLException {
        Connection opened = connection;
        if (opened == null) {
            opened = source.connect();
            JdbcRowCursor.limit(opened, longestInJava);
            connection = opened;
        }
        return opened;
    }

    /** Stops the query that is running, from another thread: its cursor fails. */
    public void interrupt() throws SQLException {
        NativeDatabase fast = library;
        if (fast != null) {
            fast.interrupt();
        }
        Connection opened = connection;
        if (opened != null && !opened.isClosed()) {
            opened.unwrap(SQLiteConnection.class).getDatabase().interrupt();
        }
    }

    @Override
    public void close() throws SQLException {
        try (var opened = connection; var fast = library) {
            // Closing them is all there is to do.
        }
    }
}
