package dev.ferryman.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL server, started on first use and shared by all tests of this JVM. It comes from Docker where an
 * engine answers and has (or gets) the image, otherwise from binaries on the class path. Durability is off: nothing
 * here survives a power cut.
 *
 * <pre>{@code
 * try (var database = TestPostgres.newest().freshDatabase()) {
 *     try (var connection = database.connect()) { … }
 * }
 * }</pre>
 */
public final class TestPostgres {
    /** The superuser of every test server. */
    public static final String USER = "postgres";
    /** Its password; servers check it. */
    public static final String PASSWORD = "test-password";

    private static final Supplier<TestPostgres> NEWEST = once(() -> start(18));
    private static final Supplier<TestPostgres> FIFTEEN = once(() -> start(15));
    private static final Supplier<TestPostgres> CRASHING = once(() -> embedded(18, true));

    private final String host;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();

    private TestPostgres(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** The newest PostgreSQL that Ferryman supports. */
    public static TestPostgres newest() {
        return NEWEST.get();
    }

    /** PostgreSQL 15, the oldest one in the tests. */
    public static TestPostgres fifteen() {
        return FIFTEEN.get();
    }

    /** One of the two by its major version. */
    public static TestPostgres of(int major) {
        return switch (major) {
            case 15 -> fifteen();
            case 18 -> newest();
            default -> throw new IllegalArgumentException("PostgreSQL " + major + " is not tested");
        };
    }

    /**
     * One more server of the newest version, for tests that make it crash: its processes are on this machine, what it has
     * acknowledged survives them, and no other test is connected to it.
     */
    public static TestPostgres crashing() {
        return CRASHING.get();
    }

    /** Host name or address. */
    public String host() {
        return host;
    }

    /** TCP port. */
    public int port() {
        return port;
    }

    /** Creates an empty database with a name of its own; closing it drops it, connections or not. */
    public Database freshDatabase() {
        String name = nextName();
        execute("CREATE DATABASE " + name);
        return new Database(name, null);
    }

    /**
     * Creates an empty database whose files are all in a directory of this machine, the write-ahead log excepted. The
     * directory has to belong to who started the server.
     */
    public Database freshDatabaseIn(Path directory) {
        String name = nextName();
        execute("CREATE TABLESPACE " + name + " LOCATION '" + directory + "'");
        execute("CREATE DATABASE " + name + " TABLESPACE " + name);
        return new Database(name, name);
    }

    private String nextName() {
        return "t_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database + "?user=" + USER + "&password=" + PASSWORD;
    }

    private static Supplier<TestPostgres> once(Supplier<TestPostgres> start) {
        return new Supplier<>() {
            private @Nullable TestPostgres server;

            @Override
            public synchronized TestPostgres get() {
                if (server == null) {
                    server = start.get();
                }
                return server;
            }
        };
    }

    // Both kinds of server stop with the JVM: a container by its reaper, a process by its shutdown hook.
    @SuppressWarnings("resource")
    private static TestPostgres start(int version) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            try {
                var container = new PostgreSQLContainer("postgres:" + version + "-alpine").withUsername(USER)
                        .withPassword(PASSWORD).withDatabaseName("postgres")
                        .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200");
                container.start();
                return new TestPostgres(container.getHost(), container.getMappedPort(5432));
            } catch (RuntimeException noImage) {
                System.err.println("No container for PostgreSQL " + version + ", using embedded binaries: " + noImage);
            }
        }
        return embedded(version, false);
    }

    private static TestPostgres embedded(int version, boolean crashing) {
        var builder = EmbeddedPostgres.builder().setServerConfig("max_connections", "200")
                .setServerConfig("fsync", "off").setServerConfig("full_page_writes", "off")
                .setServerConfig("synchronous_commit", crashing ? "on" : "off")
                .setServerConfig("shared_buffers", "128MB")
                .setLocaleConfig("encoding", "UTF8");
        if (version == 15) {
            builder.setPgBinaryResolver(new FifteenBinaries());
        }
        try {
            EmbeddedPostgres server = builder.start();
            requirePassword(server);
            return new TestPostgres("127.0.0.1", server.getPort());
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("PostgreSQL " + version + " did not start", e);
        }
    }

    /** A server that trusts everybody would hide a password that was lost on the way. */
    private static void requirePassword(EmbeddedPostgres server) throws SQLException, IOException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + USER + " PASSWORD '" + PASSWORD + "'");
            try (var rows = statement.executeQuery("SHOW hba_file")) {
                rows.next();
                Files.writeString(Path.of(rows.getString(1)),
                        "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
                                + "host all all ::1/128 scram-sha-256\n");
            }
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /**
     * Version 15 cannot share a class path with version 18: both jars hold the same entry. The build copies it to
     * {@code target/postgres-15} instead.
     */
    private static final class FifteenBinaries implements PgBinaryResolver {
        @Override
        public InputStream getPgBinary(String system, String machineHardware) throws IOException {
            Path directory = Path.of("target", "postgres-15");
            try (var jars = Files.newDirectoryStream(directory, "*.jar")) {
                for (Path jar : jars) {
                    return archive(jar);
                }
            }
            throw new IOException("No PostgreSQL 15 in " + directory.toAbsolutePath()
                    + ": run the build's generate-test-resources phase once");
        }

        private static InputStream archive(Path path) throws IOException {
            try (JarFile jar = new JarFile(path.toFile())) {
                JarEntry entry = jar.stream().filter(e -> e.getName().endsWith(".txz")).findFirst()
                        .orElseThrow(() -> new IOException("No binaries in " + path));
                return new ByteArrayInputStream(jar.getInputStream(entry).readAllBytes());
            }
        }
    }

    /** An empty database of a test's own. */
    public final class Database implements AutoCloseable {
        private final String name;
        private final @Nullable String tablespace;

        private Database(String name, @Nullable String tablespace) {
            this.name = name;
            this.tablespace = tablespace;
        }

        /** Name of the database. */
        public String name() {
            return name;
        }

        /** The server it is on. */
        public TestPostgres server() {
            return TestPostgres.this;
        }

        /** libpq URI with user and password. */
        public String url() {
            return "postgresql://" + USER + ":" + PASSWORD + "@" + host + ":" + port + "/" + name;
        }

        /** libpq URI with the user, without the password. */
        public String urlWithoutPassword() {
            return "postgresql://" + USER + "@" + host + ":" + port + "/" + name;
        }

        /** JDBC URL with user and password. */
        public String jdbcUrl() {
            return TestPostgres.this.jdbcUrl(name);
        }

        /** A new connection as superuser, to be closed by the caller. */
        public Connection connect() {
            try {
                return DriverManager.getConnection(jdbcUrl());
            } catch (SQLException e) {
                throw new IllegalStateException("No connection to " + name, e);
            }
        }

        /** Runs statements, separated by semicolons, in one transaction. */
        public void execute(String sql) {
            try (Connection connection = connect(); var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        /** First column of the first row as text, null where it is NULL or there is no row. */
        public @Nullable String scalar(String sql) {
            try (Connection connection = connect();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                return rows.next() ? rows.getString(1) : null;
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        @Override
        public void close() {
            TestPostgres.this.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            if (tablespace != null) {
                TestPostgres.this.execute("DROP TABLESPACE " + tablespace);
            }
        }
    }
}
