package dev.ferryman.endpoint;

import dev.ferryman.endpoint.internal.PostgresChecks;
import dev.ferryman.endpoint.internal.PostgresUrl;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** A PostgreSQL database, named by a libpq URI or a JDBC URL. It never shows its password. */
public final class PostgresTarget {
    /** Connecting is given up after this many seconds, unless the URL says otherwise. */
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private final PostgresUrl url;
    private final @Nullable Secret password;

    private PostgresTarget(PostgresUrl url, @Nullable Secret password) {
        this.url = url;
        this.password = password;
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?sslmode=…} or
     * {@code jdbc:postgresql://host:port/database?user=…}.
     *
     * @param url the address; a password in it wins over the one given
     * @param password used where the URL has none; where this is null too, {@code PGPASSWORD} of the environment
     * @throws BadInputException if it is neither form, or has a parameter that is not passed on
     */
    public static PostgresTarget parse(String url, @Nullable Secret password) {
        var parsed = PostgresUrl.parse(url);
        var secret = parsed.password();
        if (secret == null) {
            secret = password;
        }
        var environment = System.getenv("PGPASSWORD");
        if (secret == null && environment != null) {
            secret = Secret.of(environment);
        }
        return new PostgresTarget(parsed, secret);
    }

    /** A new connection outside any pool, in auto-commit mode, its session's time zone UTC. */
    public Connection connect() throws SQLException {
        return connect(new Properties());
    }

    /**
     * A new connection for a look at the server: read-only, and whatever takes longer than the limit is given up, by the
     * server and by the client.
     *
     * @param limit how long connecting and any one statement may take; a second at least
     */
    public Connection connectToLook(Duration limit) throws SQLException {
        long seconds = Math.max(1, limit.toSeconds());
        var limits = new Properties();
        limits.setProperty("connectTimeout", String.valueOf(seconds));
        // The server gives up first, so that it says why.
        limits.setProperty("socketTimeout", String.valueOf(seconds + 2));
        var connection = connect(limits);
        try (var statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = " + seconds * 1000);
            statement.execute("SET default_transaction_read_only = on");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private Connection connect(Properties limits) throws SQLException {
        var properties = new Properties();
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "ferryman");
        if (url.hosts().size() > 1) {
            // Who of several servers takes writes may change at any time; the driver would remember it for ten seconds.
            properties.setProperty("hostRecheckSeconds", "1");
        }
        properties.putAll(url.parameters());
        properties.putAll(limits);
        if (url.user() != null) {
            properties.setProperty("user", url.user());
        }
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        var connection = new Driver().connect(url.jdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("The PostgreSQL driver does not know the address " + url.display());
        }
        try (var statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /**
     * Makes sure that Ferryman can work here, with the tables in schema {@code public}.
     *
     * @throws BadInputException as {@link #check(String)}
     */
    public void check() {
        check("public");
    }

    /**
     * Makes sure that Ferryman can work here.
     *
     * @param schema schema of the tables; it may not exist yet
     * @throws BadInputException if the server is down, refuses the password, does not know the database, is older than
     *         15, takes no writes, or withholds the right to create a schema or tables
     */
    public void check(String schema) {
        PostgresChecks.check(this, schema);
    }

    /**
     * This address for PostgreSQL's own programs, as the environment variables of libpq, the password among them: for the
     * environment of a process, never for its arguments or for a log (I8).
     */
    public Map<String, String> environment() {
        var variables = new TreeMap<>(url.environment());
        if (password != null) {
            variables.put("PGPASSWORD", password.reveal());
        }
        return variables;
    }

    /** The same server, user and parameters, with another database. */
    public PostgresTarget withDatabase(String name) {
        return new PostgresTarget(url.withDatabase(name), password);
    }

    /** What a failed connection or statement means here, in one clear line and with what to do next. */
    public BadInputException refusal(SQLException e) {
        return PostgresChecks.refusal(this, e);
    }

    /** Address for people: host, port, database and user, no password. */
    public String display() {
        return url.display();
    }

    /** Where its servers listen, in the order in which they are tried; the names are not resolved. */
    public List<InetSocketAddress> addresses() {
        return url.hosts().stream().map(host -> InetSocketAddress.createUnresolved(host.name(), host.port())).toList();
    }

    /** Name of the database. */
    public String database() {
        return url.database();
    }

    /** The same text for every way of writing the same server, port and database (host names are not resolved). */
    public String identity() {
        return url.identity();
    }

    @Override
    public String toString() {
        return display();
    }
}
