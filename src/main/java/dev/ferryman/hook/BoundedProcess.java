package dev.ferryman.hook;

import dev.ferryman.hook.internal.CappedOutput;
import dev.ferryman.hook.internal.ProcessTree;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A program that is run to its end or its time limit, without a shell and with nothing to read. Whatever ends the waiting
 * ends the program and everything it has started.
 *
 * @param vector argument vector, the program first; no secret, since every user of the machine can read it
 * @param directory working directory
 * @param environment its whole environment; nothing is inherited
 * @param timeLimit how long it and everything it starts may run
 * @param outputLimit how many characters of its output (both streams) are kept
 */
public record BoundedProcess(List<String> vector, Path directory, Map<String, String> environment, Duration timeLimit,
        int outputLimit) {
    private static final Duration OUTPUT_GRACE = Duration.ofSeconds(1);

    public BoundedProcess {
        vector = List.copyOf(vector);
        environment = Map.copyOf(environment);
    }

    /**
     * Runs it.
     *
     * @param mask takes secrets out of its output
     * @param lines hears each line that is kept, masked, as it arrives
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the caller was interrupted; the program and all it started are gone by then
     */
    public CommandOutcome run(OutputMask mask, Consumer<String> lines) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(vector).directory(directory.toFile()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(environment);
        long started = System.nanoTime();
        Process process = builder.start();
        var tree = new ProcessTree(process);
        var output = new CappedOutput(outputLimit);
        Thread reader = Thread.ofVirtual().start(() -> read(process, mask, output, lines));
        boolean ended;
        try {
            ended = tree.await(timeLimit);
        } catch (InterruptedException e) {
            tree.kill();
            throw e;
        }
        if (!ended) {
            tree.kill();
        }
        reader.join(OUTPUT_GRACE);
        return new CommandOutcome(ended ? process.exitValue() : -1, output.text(),
                Duration.ofNanos(System.nanoTime() - started), !ended);
    }

    private static void read(Process process, OutputMask mask, CappedOutput output, Consumer<String> lines) {
        try (BufferedReader text = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = text.read(); c >= 0; c = text.read()) {
                if (c == '\n' || line.length() >= CappedOutput.LONGEST_LINE) {
                    keep(line, mask, output, lines);
                }
                if (c != '\n') {
                    line.append((char) c);
                }
            }
            if (!line.isEmpty()) {
                keep(line, mask, output, lines);
            }
        } catch (IOException e) {
            output.add("(the rest of the output was lost)");
        }
    }

    private static void keep(StringBuilder line, OutputMask mask, CappedOutput output, Consumer<String> lines) {
        String masked = mask.mask(line.toString());
        line.setLength(0);
        if (output.add(masked)) {
            lines.accept(masked);
        }
    }
}
