package dev.ferryman.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line in a Java process of its own. */
final class ChildProcess {
    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command.
     *
     * @param directory where its output goes
     * @param environment added to this process's
     */
    static ChildProcess start(Path directory, Map<String, String> environment, List<String> javaOptions, String... args)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.ferryman.Ferryman"));
        command.addAll(List.of(args));
        return start(directory, environment, command);
    }

    /** Starts a command that can write no file larger than so many bytes: to it, a full disk. */
    static ChildProcess startOnFullDisk(Path directory, Map<String, String> environment, long bytes, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of("bash", "-c", "ulimit -f " + bytes / 1024 + "; exec \"$@\"", "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        "dev.ferryman.Ferryman"));
        command.addAll(List.of(args));
        return start(directory, environment, command);
    }

    private static ChildProcess start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = Files.createTempFile(directory, "child", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start(), log);
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits for its end and returns its exit status. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    /** What {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** What a terminal's Ctrl-C does. */
    void terminate() {
        process.destroy();
    }

    String output() throws IOException {
        return Files.readString(log);
    }
}
