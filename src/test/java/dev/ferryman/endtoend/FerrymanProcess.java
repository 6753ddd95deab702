package dev.ferryman.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Ferryman that serves, in a Java process of its own, on a port that it keeps over restarts. */
final class FerrymanProcess implements AutoCloseable {
    private static final Duration UP_WITHIN = Duration.ofMinutes(5);

    private final Path log;
    private final Path directory;
    private final int port;
    private final List<String> settings;
    private final Map<String, String> environment;
    private Process process;

    private FerrymanProcess(Path log, Path directory, int port, Map<String, String> environment, List<String> settings)
            throws IOException {
        this.log = log;
        this.directory = directory;
        this.port = port;
        this.environment = new HashMap<>(environment);
        this.settings = List.copyOf(settings);
        this.process = launch();
    }

    /**
     * Starts one and waits until it takes requests.
     *
     * @param name of its log, which is kept in {@code target/endtoend} for whoever has to find out what went wrong
     * @param directory it works in, so that its own files are below it
     * @param environment added to this process's
     * @param settings such as {@code ferryman.store.url=…}
     */
    static FerrymanProcess start(String name, Path directory, Map<String, String> environment, List<String> settings)
            throws IOException, InterruptedException {
        Path logs = Files.createDirectories(Path.of("target", "endtoend").toAbsolutePath());
        var started = new FerrymanProcess(Files.createTempFile(logs, name + "-", ".log"), directory, freePort(),
                environment, settings);
        try {
            started.awaitUp();
        } catch (AssertionError | IOException | InterruptedException e) {
            started.kill();
            throw e;
        }
        return started;
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                        System.getProperty("java.class.path"),
                        "dev.ferryman.Ferryman", "--server.address=127.0.0.1", "--server.port=" + port));
        settings.forEach(setting -> command.add("--" + setting));
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitUp() throws IOException, InterruptedException {
        var readiness = HttpRequest.newBuilder(uri("/actuator/health/readiness")).timeout(Duration.ofSeconds(10))
                .build();
        long end = System.nanoTime() + UP_WITHIN.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end && process.isAlive()) {
                try {
                    if (http.send(readiness, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    // Nobody listens yet.
                }
                Thread.sleep(100);
            }
        }
        throw new AssertionError("Ferryman did not come up:\n" + output());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    long pid() {
        return process.pid();
    }

    /** What {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Stops it in the middle of whatever it does, until {@link #resume()}. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /** What a terminal's Ctrl-C does, waiting for the end. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("Ferryman did not stop within a minute");
        }
    }

    /** Starts it again with the same settings on the same port. */
    void restart() throws IOException, InterruptedException {
        process = launch();
        awaitUp();
    }

    /** Everything written to the terminal so far, by all its processes. */
    String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            try {
                resume();
            } catch (IOException e) {
                // It was not stopped, or has ended.
            }
            stop();
        }
    }
}
