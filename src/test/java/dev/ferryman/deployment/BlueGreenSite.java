package dev.ferryman.deployment;

import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.demo.leavedesk.LeaveDeskConfig;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sample application twice, blue on SQLite and green on PostgreSQL, behind a real load balancer. Green is deployed when
 * its tables are there; what comes to it passes a line that can be spoilt.
 */
final class BlueGreenSite implements AutoCloseable {
    private static final String TOKEN = "token-of-the-leave-desk";
    private static final double SCALE = 0.05;

    private final Path directory;
    private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();
    private final LeaveDesk blue;
    private final FaultyLine line = new FaultyLine();
    private final Edge edge;
    private final List<Connection> storm = new ArrayList<>();
    private @Nullable LeaveDesk green;

    private BlueGreenSite(boolean nginx) throws IOException {
        Files.createDirectories(LiveSite.ROOT);
        directory = Files.createTempDirectory(LiveSite.ROOT, "deployment");
        blue = LeaveDesk.start(
                LeaveDeskConfig.in(directory.resolve("blue"), TOKEN).withWritesPerSecond(0).withScale(SCALE));
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        postgres.execute(
                "DO $$ BEGIN CREATE ROLE leave_desk CONNECTION LIMIT 100; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        String toBlue = blue.baseUrl().getAuthority();
        edge = nginx ? new NginxEdge(toBlue, line.address()) : new HaproxyEdge(directory, toBlue, line.address());
    }

    /** Starts blue and HAProxy. */
    static BlueGreenSite behindHaproxy() throws IOException {
        return new BlueGreenSite(false);
    }

    /** Starts blue and nginx. */
    static BlueGreenSite behindNginx() throws IOException {
        return new BlueGreenSite(true);
    }

    /** Deploys green on the tables that are there now. */
    void deployGreen() throws IOException {
        deployGreen(postgresUrl());
    }

    /** Deploys green on the tables of another server. */
    void deployGreen(String url) throws IOException {
        Path home = Files.createDirectories(directory.resolve("green"));
        LeaveDeskConfig config = LeaveDeskConfig.in(home, TOKEN).withWritesPerSecond(0).withScale(SCALE);
        Files.writeString(config.environmentFile(), "DATABASE_URL=" + url + "\n");
        LeaveDesk deployed = LeaveDesk.start(config);
        green = deployed;
        line.leadTo(deployed.baseUrl());
        edge.awaitGreen();
    }

    /** Points green at another database and has it go on there. */
    void repointGreen(String url) {
        Objects.requireNonNull(green).switchTo(url);
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
        return edge.entrance();
    }

    /** Health page of one side, past the load balancer. */
    String health(boolean onGreen) {
        return onGreen ? "http://" + line.address() + "/health" : blue.baseUrl() + "/health";
    }

    /** What stands before both. */
    Edge edge() {
        return edge;
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
        edge.close();
        line.close();
        if (green != null) {
            green.close();
        }
        blue.close();
        postgres.close();
    }
}
