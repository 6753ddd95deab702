package dev.ferryman.hook;

import dev.ferryman.hook.internal.CappedOutput;
import dev.ferryman.hook.internal.ProcessTree;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        Process process = start(true);
        var output = new CappedOutput(outputLimit);
        return end(process, output,
                Thread.ofVirtual().start(() -> read(process.getInputStream(), mask, output, lines)));
    }

    /**
     * What a program printed, its two streams apart.
     *
     * @param outcome as {@link #run}, of its error stream
     * @param text its output as it is, nothing masked
     * @param whole whether that is all of it
     */
    public record Printed(CommandOutcome outcome, String text, boolean whole) {}

    /**
     * Runs it for what it prints.
     *
     * @param mask takes secrets out of its error stream
     * @param most how many bytes of its output are read
     * @param errors hears each line of its error stream that is kept, masked, as it arrives
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the caller was interrupted; the program and all it started are gone by then
     */
    public Printed print(OutputMask mask, int most, Consumer<String> errors) throws IOException, InterruptedException {
        Process process = start(false);
        var text = new CompletableFuture<byte[]>();
        Thread.ofVirtual().start(() -> {
            try (InputStream stream = process.getInputStream()) {
                byte[] read = stream.readNBytes(most + 1);
                stream.transferTo(OutputStream.nullOutputStream());
                text.complete(read);
            } catch (IOException e) {
                text.complete(new byte[most + 1]);
            }
        });
        var output = new CappedOutput(outputLimit);
        CommandOutcome outcome = end(process, output,
                Thread.ofVirtual().start(() -> read(process.getErrorStream(), mask, output, errors)));
        byte[] read = text.completeOnTimeout(new byte[most + 1], OUTPUT_GRACE.toMillis(), TimeUnit.MILLISECONDS).join();
        return new Printed(outcome, new String(read, StandardCharsets.UTF_8), read.length <= most);
    }

    private Process start(boolean together) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(vector).directory(directory.toFile())
                .redirectErrorStream(together).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private CommandOutcome end(Process process, CappedOutput output, Thread reader) throws InterruptedException {
        long started = System.nanoTime();
        var tree = new ProcessTree(process);
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

    private static void read(InputStream stream, OutputMask mask, CappedOutput output, Consumer<String> lines) {
        try (BufferedReader text = new BufferedReader(
                new InputStreamReader(stream, StandardCharsets.UTF_8))) {
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
