package dev.ferryman.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An embedded PostgreSQL for the demo, on the loopback interface only, that keeps its data, port and password in one
 * directory. It stops with {@link #close()} and not before, so that those who use it can end first; a server that
 * outlived its process (the process was killed) is taken over as it runs. Has the role
 * {@code leavedesk}, which owns the database {@code leavedesk} and may set {@code session_replication_role}.
 */
public final class DemoPostgres implements AutoCloseable {
    /** Name of the application's role and of its database. */
    public static final String NAME = "leavedesk";

    private static final String SUPERUSER = "postgres";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final String password;
    private final String superuserPassword;
    private final @Nullable EmbeddedPostgres server;

    private DemoPostgres(Path directory, int port, String password, String superuserPassword,
            @Nullable EmbeddedPostgres server) {
        this.directory = directory;
        this.port = port;
        this.password = password;
        this.superuserPassword = superuserPassword;
        this.server = server;
    }

    /**
     * Starts the server of this directory, creating it where there is none, or takes over the one that runs.
     *
     * @param directory absolute or relative; its content belongs to this class
     * @throws UncheckedIOException where it cannot start, for example because its port is taken by another program
     */
    public static DemoPostgres start(Path directory) {
        Path home = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(home);
            String password = secret(passwordFile(home));
            String superuserPassword = secret(home.resolve("postgres.password"));
            List<String> running = postmaster(home);
            if (!running.isEmpty()) {
                int port = Integer.parseInt(running.get(3).strip());
                DemoPostgres taken = new DemoPostgres(home, port, password, superuserPassword, null);
                if (taken.answers()) {
                    taken.prepare();
                    return taken;
                }
            }
            return launch(home, password, superuserPassword);
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's PostgreSQL in " + home + " cannot start: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(
                    "The demo's PostgreSQL in " + home + " cannot be prepared: " + e.getMessage(), e));
        }
    }

    private static DemoPostgres launch(Path home, String password, String superuserPassword)
            throws IOException, SQLException {
        Path portFile = home.resolve("port");
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setDataDirectory(home.resolve("data"))
                .setCleanDataDirectory(false).setRegisterShutdownHook(false).setPGStartupWait(Duration.ofSeconds(60))
                // A demo of not losing data does not run without it.
                .setServerConfig("fsync", "on").setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on").setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                // Before the first start has set a password, none is asked for.
                .setConnectConfig("password", superuserPassword);
        if (Files.exists(portFile)) {
            builder.setPort(Integer.parseInt(Files.readString(portFile).strip()));
        }
        EmbeddedPostgres server = builder.start();
        DemoPostgres started = new DemoPostgres(home, server.getPort(), password, superuserPassword, server);
        try {
            started.prepare();
            Files.writeString(portFile, Integer.toString(server.getPort()));
            return started;
        } catch (IOException | SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Lines of {@code postmaster.pid} where its process is alive, else empty: pid, directory, start, port, … */
    private static List<String> postmaster(Path home) throws IOException {
        Path file = home.resolve("data").resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(file);
        boolean alive = lines.size() > 3
                && ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(ProcessHandle::isAlive)
                        .isPresent();
        return alive ? lines : List.of();
    }

    private static String secret(Path file) throws IOException {
        return PrivateFile.keep(file, () -> {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        });
    }

    /** Asks everybody for a password, then creates role and database where they are missing. */
    private void prepare() throws SQLException, IOException {
        try (Connection connection = superuser(SUPERUSER); Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + SUPERUSER + " PASSWORD '" + superuserPassword + "'");
            Files.writeString(directory.resolve("data").resolve("pg_hba.conf"),
                    "host all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("SELECT pg_reload_conf()");
            if (missing(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + NAME + "'")) {
                statement.execute("CREATE ROLE " + NAME + " LOGIN");
            }
            statement.execute("ALTER ROLE " + NAME + " PASSWORD '" + password + "'");
            statement.execute("GRANT SET ON PARAMETER session_replication_role TO " + NAME);
            if (missing(statement, "SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
        }
        try (Connection connection = superuser(NAME); Statement statement = connection.createStatement()) {
            statement.execute("ALTER SCHEMA public OWNER TO " + NAME);
        }
    }

    private static boolean missing(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return !rows.next();
        }
    }

    private boolean answers() {
        try (Connection connection = superuser(SUPERUSER)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection superuser(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[]{host()});
        source.setPortNumbers(new int[]{port});
        source.setDatabaseName(database);
        source.setUser(SUPERUSER);
        source.setPassword(superuserPassword);
        source.setConnectTimeout(5);
        return source.getConnection();
    }

    /** Address it listens on. */
    public String host() {
        return "127.0.0.1";
    }

    /** TCP port, the same at every start. */
    public int port() {
        return port;
    }

    /** The role's password; a secret. */
    public String password() {
        return password;
    }

    /** File that holds {@link #password()} and nothing else, readable by its owner only. */
    public Path passwordFile() {
        return passwordFile(directory);
    }

    private static Path passwordFile(Path home) {
        return home.resolve(NAME + ".password");
    }

    /** {@code postgresql://leavedesk:…@127.0.0.1:port/leavedesk}, password included: a secret. */
    public String url() {
        return "postgresql://" + NAME + ":" + password + "@" + host() + ":" + port + "/" + NAME;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DemoPostgres[" + host() + ":" + port + "/" + NAME + "]";
    }

    /** Ends all sessions and stops the server; its data stays. */
    @Override
    public void close() {
        try {
            List<String> running = postmaster(directory);
            if (running.isEmpty()) {
                return;
            }
            if (server != null) {
                server.close();
            } else {
                stopTaken(Long.parseLong(running.getFirst().strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's PostgreSQL in " + directory + " cannot be stopped", e);
        }
    }

    private void stopTaken(long pid) throws IOException {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null) {
            return;
        }
        try (Connection connection = superuser(SUPERUSER); Statement statement = connection.createStatement()) {
            // The signal lets sessions go on until they end by themselves, so none may be left.
            process.destroy();
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
        } catch (SQLException e) {
            throw new IOException("its sessions cannot be ended: " + e.getMessage(), e);
        }
        try {
            process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("it does not stop within " + STOP_LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
