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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Application processes that work on the file, follow their data to PostgreSQL, and keep ledgers of what was acknowledged. */
final class Applications implements AutoCloseable {
    static final String[] SCHEMA = {
            """
            CREATE TABLE account (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL)""",
            "CREATE TABLE bank (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)",
            "CREATE TABLE mark (writer INTEGER PRIMARY KEY, serial INTEGER NOT NULL)",
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
            INSERT INTO bank SELECT i, 1000 FROM n""",
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            INSERT INTO account SELECT i, 'old-' || i, i FROM n"""};
    /** Rows that are there from the beginning and that no application touches. */
    static final int OLD_ROWS = 2000;

    private static final int LONG_ENOUGH = 5;
    private static final Pattern FULL = Pattern.compile("\"full\": ([0-9]+)");
    private static final Pattern LONGEST = Pattern.compile("\"longest\": ([0-9.]+)");

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();

    private Applications(Path directory) {
        this.directory = directory;
    }

    static Applications start(Path directory, Path file, String conninfo, int count) throws IOException {
        var applications = new Applications(directory);
        for (int i = 1; i <= count; i++) {
            applications.processes.add(new ProcessBuilder("python3", "src/test/resources/replication/application.py",
                    file.toString(), conninfo, String.valueOf(i), applications.ledger(i).toString())
                    .redirectErrorStream(true).redirectOutput(directory.resolve("application-" + i + ".log").toFile())
                    .start());
        }
        return applications;
    }

    private Path ledger(int number) {
        return directory.resolve("ledger-" + number);
    }

    /** Waits until each has so many more transactions behind it than now, all of the new ones on one side. */
    void awaitMore(int transactions, String side) throws InterruptedException {
        for (int i = 1; i <= processes.size(); i++) {
            long goal = count(i) + transactions;
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONG_ENOUGH);
            while (count(i) < goal || !state(i).endsWith(side)) {
                if (!processes.get(i - 1).isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("application " + i + " is stuck or failed: " + output());
                }
                Thread.sleep(5);
            }
        }
    }

    private long count(int number) {
        String state = state(number);
        return state.isEmpty() ? 0 : Long.parseLong(state.substring(0, state.indexOf(' ')));
    }

    private String state(int number) {
        try {
            Path count = Path.of(ledger(number) + ".count");
            return Files.exists(count) ? Files.readString(count) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops them; gives every acknowledged row. */
    Set<String> stopped() throws InterruptedException, IOException {
        Set<String> rows = new TreeSet<>();
        for (int i = 1; i <= processes.size(); i++) {
            Files.writeString(Path.of(ledger(i) + ".stop"), "");
        }
        for (int i = 1; i <= processes.size(); i++) {
            if (!processes.get(i - 1).waitFor(LONG_ENOUGH, TimeUnit.MINUTES) || processes.get(i - 1).exitValue() != 0) {
                throw new IllegalStateException("application " + i + " is stuck or failed: " + output());
            }
            rows.addAll(Files.readAllLines(ledger(i)));
        }
        return rows;
    }

    /** Longest time in seconds between two acknowledged writes of one of them; they have stopped. */
    double longestGap() {
        Matcher matcher = LONGEST.matcher(output());
        double longest = 0;
        while (matcher.find()) {
            longest = Math.max(longest, Double.parseDouble(matcher.group(1)));
        }
        return longest;
    }

    /** How often PostgreSQL had no room for what one of them wrote; they have stopped. */
    int refusedForRoom() {
        return FULL.matcher(output()).results().mapToInt(found -> Integer.parseInt(found.group(1))).sum();
    }

    /** Their processes, for signals. */
    List<ProcessHandle> handles() {
        return processes.stream().map(Process::toHandle).toList();
    }

    String output() {
        var text = new StringBuilder();
        for (int i = 1; i <= processes.size(); i++) {
            try {
                text.append(Files.readString(directory.resolve("application-" + i + ".log"))).append('\n');
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
