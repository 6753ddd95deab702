package dev.ferryman.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Writer processes outside this JVM, each with a ledger of what it was told is committed. */
final class HotWriters implements AutoCloseable {
    static final String TABLE = "CREATE TABLE account (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, balance INTEGER"
            + " NOT NULL)";

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();

    private HotWriters(Path directory) {
        this.directory = directory;
    }

    static HotWriters start(Path directory, Path file, int count) throws IOException {
        var writers = new HotWriters(directory);
        for (int i = 1; i <= count; i++) {
            writers.processes.add(new ProcessBuilder("python3", "src/test/resources/replication/writer.py",
                    file.toString(), String.valueOf(i), writers.ledger(i).toString())
                    .redirectErrorStream(true).redirectOutput(directory.resolve("writer-" + i + ".log").toFile())
                    .start());
        }
        return writers;
    }

    private Path ledger(int number) {
        return directory.resolve("ledger-" + number);
    }

    /** Waits until all of them together have so many more transactions behind them than now. */
    void awaitMore(int transactions) throws InterruptedException {
        long goal = count() + transactions;
        while (count() < goal) {
            if (processes.stream().noneMatch(Process::isAlive)) {
                throw new IllegalStateException(output());
            }
            Thread.sleep(5);
        }
    }

    private long count() {
        long sum = 0;
        for (int i = 1; i <= processes.size(); i++) {
            sum += count(i);
        }
        return sum;
    }

    private long count(int number) {
        try {
            Path count = Path.of(ledger(number) + ".count");
            return Files.exists(count) ? Long.parseLong(Files.readString(count)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until all have met the fence; gives every acknowledged row. */
    Set<String> fenced() throws InterruptedException, IOException {
        TreeSet<String> rows = new TreeSet<>();
        for (int i = 1; i <= processes.size(); i++) {
            if (!processes.get(i - 1).waitFor(2, TimeUnit.MINUTES) || processes.get(i - 1).exitValue() != 0) {
                throw new IllegalStateException("writer " + i + " is stuck or failed: " + output());
            }
            rows.addAll(Files.readAllLines(ledger(i)));
        }
        return rows;
    }

    /** Stops them before any fence; gives every acknowledged row. */
    Set<String> stopped() throws InterruptedException, IOException {
        for (int i = 1; i <= processes.size(); i++) {
            Files.writeString(Path.of(ledger(i) + ".stop"), "");
        }
        return fenced();
    }

    String output() {
        var text = new StringBuilder();
        for (int i = 1; i <= processes.size(); i++) {
            try {
                text.append(Files.readString(directory.resolve("writer-" + i + ".log"))).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
