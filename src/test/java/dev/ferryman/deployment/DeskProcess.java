package dev.ferryman.deployment;

import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalDaemon;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The sample application as a process of its own that a script starts and stops, as containers are: {@code app.sh start},
 * {@code app.sh stop}. Both may be repeated and return when it is so.
 */
final class DeskProcess implements AutoCloseable {
    static final String TOKEN = "token-of-the-leave-desk";
    private static final String SCRIPT = """
                                         #!/bin/bash
                                         cd %1$s || exit 1
                                         alive() { [ -s app.pid ] && kill -0 "$(cat app.pid)" 2>/dev/null; }
                                         case "$1" in
                                         stop)
                                             if alive; then kill "$(cat app.pid)"; while alive; do sleep 0.1; done; fi
                                             rm -f app.pid;;
                                         start)
                                             if ! alive; then
                                                 LEAVE_DESK_DIR=%1$s LEAVE_DESK_PORT=%2$d LEAVE_DESK_ADMIN_TOKEN=%3$s LEAVE_DESK_SCALE=0.05 \\
                                                 LEAVE_DESK_WRITES_PER_SECOND=0 setsid %4$s --enable-native-access=ALL-UNNAMED -cp '%5$s' \\
                                                     dev.ferryman.demo.leavedesk.LeaveDesk > app.log 2>&1 < /dev/null &
                                                 echo $! > app.pid
                                             fi
                                             for i in $(seq 600); do
                                                 (exec 3<> /dev/tcp/127.0.0.1/%2$d) 2> /dev/null && exit 0
                                                 sleep 0.1
                                             done
                                             exit 1;;
                                         esac
                                         """;

    private final Path directory;
    private final Path script;
    private final int port;
    private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();

    /**
     * Starts it on a new SQLite file.
     *
     * @param script where its script is to be
     */
    DeskProcess(Path script) throws IOException {
        Files.createDirectories(LiveSite.ROOT);
        this.directory = Files.createTempDirectory(LiveSite.ROOT, "desk");
        this.script = script;
        this.port = LocalDaemon.freePort();
        Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        Files.writeString(directory.resolve("token"), TOKEN + "\n");
        Files.writeString(script, SCRIPT.formatted(directory, port, TOKEN,
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
        run("start");
    }

    /** Runs the script. */
    private void run(String what) {
        try {
            Process process = new ProcessBuilder("/bin/bash", script.toString(), what).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("script.log").toFile()).start();
            if (!process.waitFor(90, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(what + " failed: " + Files.readString(directory.resolve("app.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where users come in. */
    URI entrance() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Path sqlite() {
        return directory.resolve("leave-desk.db");
    }

    Path environmentFile() {
        return directory.resolve("leave-desk.env");
    }

    Path directory() {
        return directory;
    }

    TestPostgres.Database postgres() {
        return postgres;
    }

    /** What its variable holds on PostgreSQL, its password by reference. */
    String switchValue() {
        return "postgresql://" + TestPostgres.USER + ":{secret:file:" + directory.resolve("password") + "}@"
                + postgres.server().host() + ":" + postgres.server().port() + "/" + postgres.name();
    }

    @Override
    public void close() {
        run("stop");
        postgres.close();
    }
}
