package dev.ferryman.endtoend;

import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Relay;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One replica of several on a PostgreSQL state store, which it reaches by a line of its own. */
final class Member implements AutoCloseable {
    private static final Pattern LOST = Pattern.compile("^ferryman_leases_lost_total(?:\\{.*})? (\\S+)$",
            Pattern.MULTILINE);

    private final Relay line;
    private final FerrymanProcess process;
    private final String token;

    private Member(Relay line, FerrymanProcess process, String token) {
        this.line = line;
        this.process = process;
        this.token = token;
    }

    /** What can be done to it. */
    enum Fault {
        /** It is gone at once. */
        KILL,
        /** It is told to stop, as for an upgrade. */
        TERMINATE,
        /** It stands still, and does not know it afterwards. */
        PAUSE,
        /** It does not reach the state store. */
        PARTITION;

        /** Whether it finds itself in the middle of what it did before. */
        boolean wakesUp() {
            return this == PAUSE || this == PARTITION;
        }
    }

    static Member start(String node, TestPostgres.Database store, Path home, String token, List<String> settings)
            throws IOException, InterruptedException {
        var line = new Relay(store.server().host(), store.server().port());
        List<String> all = new ArrayList<>(settings);
        all.add("ferryman.node=" + node);
        all.add("ferryman.store.url=" + store.jdbcUrl().replaceFirst("//[^/]+/", "//127.0.0.1:" + line.port() + "/"));
        all.add("ferryman.execution.heartbeat=500ms");
        all.add("ferryman.execution.lease=3s");
        try {
            return new Member(line, FerrymanProcess.start("replica-" + node, home, Map.of(), all), token);
        } catch (AssertionError | IOException | InterruptedException e) {
            line.close();
            throw e;
        }
    }

    int port() {
        return process.uri("").getPort();
    }

    Caller caller() {
        return new Caller(port(), token);
    }

    /** Whether a lease's owner is this one. */
    boolean owns(String owner) {
        return owner.contains("/" + process.pid() + "/");
    }

    /** How many runs it has ended because somebody else had taken them over, by its own metrics. */
    double leasesLost() {
        Matcher sample = LOST.matcher(caller().get("/actuator/prometheus").body());
        return sample.find() ? Double.parseDouble(sample.group(1)) : 0;
    }

    void suffer(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case KILL -> process.kill();
            case TERMINATE -> process.stop();
            case PAUSE -> process.pause();
            case PARTITION -> line.silent(true);
        }
    }

    void recover(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case KILL, TERMINATE -> process.restart();
            case PAUSE -> process.resume();
            case PARTITION -> line.silent(false);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        line.silent(false);
        process.close();
        line.close();
    }
}
