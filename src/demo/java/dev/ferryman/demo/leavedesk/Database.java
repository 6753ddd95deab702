package dev.ferryman.demo.leavedesk;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** An open database: its address and its pool. Opening never creates a file or a table. */
final class Database implements AutoCloseable {
    private static final List<String> TABLES = List.of("departments", "employees", "leave_requests", "usage_details",
            "holidays", "settings", "audit_log");
    private static final Duration SQLITE_BUSY_TIMEOUT = Duration.ofSeconds(5);

    private final DatabaseUrl url;
    private final HikariDataSource pool;

    private Database(DatabaseUrl url, HikariDataSource pool) {
        this.url = url;
        this.pool = pool;
    }

    /**
     * Connects, looks for every table the leave desk needs and opens the pool.
     *
     * @throws RequestRefusedException status 409 with what is wrong, where the database cannot be used
     */
    static Database open(DatabaseUrl url) {
        DataSource source = dataSource(url);
        String table = "";
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            for (String name : TABLES) {
                table = name;
                statement.executeQuery("SELECT 1 FROM " + name + " LIMIT 1").close();
            }
        } catch (SQLException e) {
            String where = table.isEmpty() ? "Cannot connect to " : "The table " + table + " cannot be read in ";
            throw new RequestRefusedException(409,
                    where + url.display() + ": " + e.getMessage() + ". The database in use has not changed.", e);
        }
        return new Database(url, pool(url, source));
    }

    /** A data source for single connections. Does not create a SQLite file that is not there. */
    static DataSource dataSource(DatabaseUrl url) {
        return switch (url) {
            case DatabaseUrl.Sqlite sqlite -> {
                SQLiteConfig config = sqliteConfig();
                config.resetOpenMode(SQLiteOpenMode.CREATE);
                SQLiteDataSource source = new SQLiteDataSource(config);
                source.setUrl("jdbc:sqlite:" + sqlite.file());
                yield source;
            }
            case DatabaseUrl.Postgres postgres -> {
                PGSimpleDataSource source = new PGSimpleDataSource();
                source.setUrl(postgres.jdbc());
                source.setUser(postgres.user());
                source.setPassword(postgres.password());
                source.setApplicationName("leave-desk");
                source.setConnectTimeout(5);
                source.setSocketTimeout(30);
                yield source;
            }
        };
    }

    static SQLiteConfig sqliteConfig() {
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) SQLITE_BUSY_TIMEOUT.toMillis());
        // A transaction that starts by reading and then writes would fail at once instead of waiting its turn.
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        return config;
    }

    private static HikariDataSource pool(DatabaseUrl url, DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("leave-desk " + url.dialect().label());
        config.setDataSource(source);
        config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        config.setMaxLifetime(Duration.ofHours(1).toMillis());
        switch (url.dialect()) {
            case SQLITE -> {
                config.setMinimumIdle(2);
                config.setMaximumPoolSize(8);
            }
            case POSTGRESQL -> {
                config.setMinimumIdle(10);
                config.setMaximumPoolSize(20);
            }
        }
        return new HikariDataSource(config);
    }

    DatabaseUrl url() {
        return url;
    }

    Dialect dialect() {
        return url.dialect();
    }

    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    PoolState poolState() {
        return new PoolState(pool.getMinimumIdle(), pool.getMaximumPoolSize(),
                pool.getHikariPoolMXBean().getActiveConnections());
    }

    /** The pool in connections: kept at least, allowed at most, in use now. */
    record PoolState(int min, int max, int active) {}

    @Override
    public void close() {
        pool.close();
    }
}
