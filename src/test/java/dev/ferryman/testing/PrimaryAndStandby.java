package dev.ferryman.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Two real PostgreSQL servers, one the synchronous standby of the other: what one has acknowledged, the other has. A machine
 * without a server's programs skips the test that asks for them.
 */
public final class PrimaryAndStandby implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String NAME = "app";

    private final Path bin;
    private final Path home;
    private final int primaryPort;
    private final int standbyPort;

    private PrimaryAndStandby(Path bin, Path home, int primaryPort, int standbyPort) {
        this.bin = bin;
        this.home = home;
        this.primaryPort = primaryPort;
        this.standbyPort = standbyPort;
    }

    /** Starts both, with an empty database {@code app}. */
    public static PrimaryAndStandby start() throws Exception {
        Path bin = programs().orElseGet(() -> Assumptions
                .abort("no initdb and pg_basebackup below " + VERSIONS + ": install the package postgresql"));
        Path home = Files.createTempDirectory(Path.of("/tmp"), "ferryman-standby");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        var servers = new PrimaryAndStandby(bin, home, freePort(), freePort());
        try {
            servers.begin();
        } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
            servers.close();
            throw e;
        }
        return servers;
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (var versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb"))
                            && Files.isExecutable(bin.resolve("pg_basebackup")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void begin() throws Exception {
        Path password = Files.writeString(home.resolve("password"), TestPostgres.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        run("initdb", "-D", data("primary"), "-U", TestPostgres.USER, "-A", "scram-sha-256", "--pwfile=" + password,
                "-E", "UTF8", "--no-sync");
        settings("primary", "port = " + primaryPort + "\nmax_connections = 60\nlisten_addresses = '127.0.0.1'\n"
                + "unix_socket_directories = '" + home + "'\nshared_buffers = 32MB\nfsync = off\n");
        startPrimary();
        execute(primaryPort, "postgres", "CREATE DATABASE " + NAME);
        run("pg_basebackup", "-h", "127.0.0.1", "-p", Integer.toString(primaryPort), "-U", TestPostgres.USER, "-D",
                data("standby"), "-R", "-X", "stream", "-c", "fast", "--no-sync");
        settings("standby", "port = " + standbyPort + "\ncluster_name = 'standby'\n");
        run("pg_ctl", "-D", data("standby"), "-l", home.resolve("standby.log").toString(), "-w", "start");
        execute(primaryPort, "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        execute(primaryPort, "postgres", "SELECT pg_reload_conf()");
    }

    private String data(String server) {
        return home.resolve(server).toString();
    }

    /** initdb's directory belongs to another user, who is root's to write for. */
    private void settings(String server, String text) throws IOException {
        Files.writeString(home.resolve(server).resolve("postgresql.conf"), text, StandardOpenOption.APPEND);
    }

    /** Starts the primary, again after {@link #killPrimary}. */
    public void startPrimary() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data("primary"), "-l", home.resolve("primary.log").toString(), "-w", "start");
    }

    /** Ends the primary as a crash does. */
    public void killPrimary() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data("primary"), "-m", "immediate", "stop");
    }

    /** libpq URI of the primary, without the password. */
    public String primaryUrl() {
        return "postgresql://" + TestPostgres.USER + "@127.0.0.1:" + primaryPort + "/" + NAME;
    }

    /** libpq URI of the standby, without the password. */
    public String standbyUrl() {
        return "postgresql://" + TestPostgres.USER + "@127.0.0.1:" + standbyPort + "/" + NAME;
    }

    /** libpq URI of both, without the password: whichever takes writes. */
    public String eitherUrl() {
        return "postgresql://" + TestPostgres.USER + "@127.0.0.1:" + primaryPort + ",127.0.0.1:" + standbyPort + "/"
                + NAME + "?target_session_attrs=read-write";
    }

    /** JDBC URL of both with the password: whichever takes writes. */
    public String eitherJdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + primaryPort + ",127.0.0.1:" + standbyPort + "/" + NAME + "?user="
                + TestPostgres.USER + "&password=" + TestPostgres.PASSWORD
                + "&targetServerType=primary&hostRecheckSeconds=0&connectTimeout=2";
    }

    /** Runs a statement on the primary. */
    public void execute(String sql) {
        execute(primaryPort, NAME, sql);
    }

    private static void execute(int port, String database, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/"
                + database, TestPostgres.USER, TestPostgres.PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** PostgreSQL refuses to run as root. */
    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> vector = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            vector.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        vector.add(bin.resolve(program).toString());
        vector.addAll(List.of(arguments));
        Path output = Files.createTempFile("ferryman-" + program, ".log");
        ProcessBuilder builder = new ProcessBuilder(vector).directory(home.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PGPASSWORD", TestPostgres.PASSWORD);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        String said = Files.readString(output);
        Files.delete(output);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(program + ": " + said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (String server : List.of("standby", "primary")) {
            if (Files.exists(home.resolve(server).resolve("postmaster.pid"))) {
                try {
                    run("pg_ctl", "-D", data(server), "-m", "immediate", "stop");
                } catch (IllegalStateException gone) {
                    // A crash has left its file of the process id.
                }
            }
        }
        try (var all = Files.walk(home)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
