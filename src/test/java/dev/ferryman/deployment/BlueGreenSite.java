package dev.ferryman.deployment;

import static org.awaitility.Awaitility.await;

import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.demo.leavedesk.LeaveDeskConfig;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.TestPostgres;
import dev.ferryman.testing.Example;
import dev.ferryman.testing.LocalDaemon;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sample application twice, blue on SQLite and green on PostgreSQL, behind a real HAProxy with the configuration of
 * {@code traffic.md}. Green is deployed when its tables are there; what comes to it passes a line that can be spoilt.
 */
final class BlueGreenSite implements AutoCloseable {
    private static final String TOKEN = "token-of-the-leave-desk";
    private static final double SCALE = 0.05;

    private final Path directory;
    private final Path socket;
    private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();
    private final LeaveDesk blue;
    private final FaultyLine line = new FaultyLine();
    private final LocalDaemon haproxy;
    private final int entrance = LocalDaemon.freePort();
    private final int metrics = LocalDaemon.freePort();
    private final List<Connection> storm = new ArrayList<>();
    private @Nullable LeaveDesk green;

    /**
     * Starts blue and the load balancer.
     *
     * @param socket where the load balancer's runtime API listens
     */
    BlueGreenSite(Path socket) throws IOException {
        this.socket = socket;
        Files.createDirectories(LiveSite.ROOT);
        directory = Files.createTempDirectory(LiveSite.ROOT, "deployment");
        blue = LeaveDesk.start(
                LeaveDeskConfig.in(directory.resolve("blue"), TOKEN).withWritesPerSecond(0).withScale(SCALE));
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        postgres.execute(
                "DO $$ BEGIN CREATE ROLE leave_desk CONNECTION LIMIT 100; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        Files.deleteIfExists(socket);
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, Example.from("traffic.md", "haproxy.cfg")
                .replace("/run/haproxy/admin.sock", socket.toString())
                .replace("10.0.0.1:8000", blue.baseUrl().getAuthority()).replace("10.0.0.2:8000", line.address())
                .replace("bind :80", "bind 127.0.0.1:" + entrance).replace("user haproxy", "")
                .replace("group haproxy", "").replace("/var/lib/haproxy", directory.toString())
                + """

                  frontend metrics
                      bind 127.0.0.1:%d
                      http-request use-service prometheus-exporter
                  """.formatted(metrics));
        haproxy = LocalDaemon.start(directory, "haproxy", "/usr/sbin/haproxy", "-db", "-f", config.toString());
        haproxy.awaitPort(entrance);
    }

    /** Deploys green on the tables that are there now. */
    void deployGreen() throws IOException {
        Path home = Files.createDirectories(directory.resolve("green"));
        LeaveDeskConfig config = LeaveDeskConfig.in(home, TOKEN).withWritesPerSecond(0).withScale(SCALE);
        Files.writeString(config.environmentFile(), "DATABASE_URL=" + postgresUrl() + "\n");
        LeaveDesk deployed = LeaveDesk.start(config);
        green = deployed;
        line.leadTo(deployed.baseUrl());
        await().atMost(Duration.ofSeconds(30)).until(() -> haproxy.ask(socket, "show stat").lines()
                .anyMatch(row -> row.startsWith("reads,green,") && row.contains(",UP,")));
    }

    private String postgresUrl() {
        return "postgresql://" + TestPostgres.USER + ":" + TestPostgres.PASSWORD + "@" + postgres.server().host() + ":"
                + postgres.server().port() + "/" + postgres.name();
    }

    /** Sessions that wait for one another, behind one that holds what everybody reads. */
    void lockStorm() throws SQLException {
        Connection holder = postgres.connect();
        storm.add(holder);
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("LOCK TABLE leave_requests IN ACCESS EXCLUSIVE MODE");
        }
    }

    /** Ends the storm. */
    void calm() {
        for (Connection holder : storm) {
            try {
                holder.close();
            } catch (SQLException _) {
                // Ended by the rollback.
            }
        }
        storm.clear();
    }

    /** Where users come in. */
    URI entrance() {
        return URI.create("http://127.0.0.1:" + entrance);
    }

    /** Health page of one side, past the load balancer. */
    String health(boolean onGreen) {
        return onGreen ? "http://" + line.address() + "/health" : blue.baseUrl() + "/health";
    }

    /** {@code host:port} of the load balancer's figures for Prometheus. */
    String metrics() {
        return "127.0.0.1:" + metrics;
    }

    /** What spoils the way to green. */
    FaultyLine line() {
        return line;
    }

    TestPostgres.Database postgres() {
        return postgres;
    }

    Path sqlite() {
        return directory.resolve("blue").resolve("leave-desk.db");
    }

    Path directory() {
        return directory;
    }

    String passwordReference() {
        return "file:" + directory.resolve("password");
    }

    /** A connection of one's own to the file of blue. */
    Connection inSqlite() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + sqlite());
    }

    @Override
    public void close() {
        calm();
        haproxy.stop();
        line.close();
        if (green != null) {
            green.close();
        }
        blue.close();
        postgres.close();
    }
}
