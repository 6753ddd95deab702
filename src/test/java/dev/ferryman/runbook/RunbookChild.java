package dev.ferryman.runbook;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link RunbookProcess} as a test sees it. */
final class RunbookChild implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final StringBuilder said = new StringBuilder();

    private RunbookChild(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one and waits until it executes steps. */
    static RunbookChild start(String storeUrl, Path stage) throws IOException {
        RunbookChild child = launch(storeUrl, stage);
        if (!child.answer().equals("ready")) {
            throw new AssertionError(child.said);
        }
        return child;
    }

    /** Tries to start one that is expected to be refused; what it said until it ended. */
    static String refused(String storeUrl, Path stage) throws Exception {
        try (RunbookChild child = launch(storeUrl, stage)) {
            String everything = String.join("\n", child.answers.lines().toList());
            if (child.process.waitFor() == 0) {
                throw new AssertionError("It was not refused: " + everything);
            }
            return everything;
        }
    }

    private static RunbookChild launch(String storeUrl, Path stage) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx160m", "-cp",
                System.getProperty("java.class.path"), RunbookProcess.class.getName(), stage.toString(),
                "--spring.main.web-application-type=none", "--ferryman.store.url=" + storeUrl,
                "--ferryman.templates.directory=src/test/resources/dev/ferryman/runbook/templates",
                "--ferryman.execution.heartbeat=200ms", "--ferryman.execution.lease=1s",
                "--ferryman.execution.grace=500ms"));
        return new RunbookChild(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    long pid() {
        return process.pid();
    }

    /** Gives an order and waits for its answer. */
    String order(String order) throws IOException {
        process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return answer();
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** {@code kill -STOP}: it does nothing, and does not know it. */
    void freeze() throws Exception {
        signal("-STOP");
    }

    /** {@code kill -CONT}. */
    void wakeUp() throws Exception {
        signal("-CONT");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        answers.close();
    }

    private void signal(String signal) throws Exception {
        if (new ProcessBuilder("kill", signal, Long.toString(pid())).inheritIO().start().waitFor() != 0) {
            throw new AssertionError("Process " + pid() + " could not be sent " + signal);
        }
    }

    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("= ")) {
                return line.substring(2);
            }
        }
        throw new AssertionError("The process ended without an answer:\n" + said);
    }
}
