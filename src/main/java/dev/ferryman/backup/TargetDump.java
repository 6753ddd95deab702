package dev.ferryman.backup;

import dev.ferryman.backup.PostgresTools.Tool;
import dev.ferryman.backup.internal.ClientProgram;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.CommandOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Dumps a PostgreSQL database with {@code pg_dump} in its custom format. The dump and the counted rows are of one moment:
 * both read the same exported snapshot, while the application goes on writing.
 */
public final class TargetDump {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'")
            .withZone(ZoneOffset.UTC);
    private static final String UNFINISHED = ".part";

    private final PostgresTarget target;
    private final PostgresTools tools;
    private final Duration timeLimit;
    private final Clock clock;
    private final Set<String> emptied;

    /** @param timeLimit how long each of PostgreSQL's programs may run */
    public TargetDump(PostgresTarget target, PostgresTools tools, Duration timeLimit, Clock clock) {
        this(target, tools, timeLimit, clock, Set.of());
    }

    /** @param emptied tables whose rows stay out of the dump */
    TargetDump(PostgresTarget target, PostgresTools tools, Duration timeLimit, Clock clock, Set<String> emptied) {
        this.target = target;
        this.tools = tools;
        this.timeLimit = timeLimit;
        this.clock = clock;
        this.emptied = Set.copyOf(emptied);
    }

    /**
     * Takes a dump. What is returned is complete: its table of contents was read back and holds every table, it was
     * synchronised to disk, hashed, and only then given its name. Whatever fails leaves no file behind and changes nothing
     * in the database.
     *
     * @param directory where it goes; made if it is missing
     * @param lines hears what PostgreSQL's programs say, without secrets
     * @throws BadInputException if the program is missing or too old, the server refuses, the disk is full, or the dump is
     *         not whole
     * @throws InterruptedException if the thread was interrupted; the programs are gone by then
     */
    public Backup take(Path directory, Consumer<String> lines) throws InterruptedException {
        long started = System.nanoTime();
        Instant takenAt = clock.instant();
        Path made = writable(directory);
        Path named = made.resolve(fileName(target.database()) + "-" + STAMP.format(takenAt) + ".dump");
        Path part = named.resolveSibling(named.getFileName() + UNFINISHED);
        try (Connection connection = connected()) {
            int major = connection.getMetaData().getDatabaseMajorVersion();
            Tool dump = tools.find("pg_dump", major);
            Tool restore = tools.find("pg_restore", major);
            String snapshot = export(connection);
            SortedMap<String, Long> rows = TableCounts.postgres(connection);
            rows.keySet().removeIf(table -> emptied.contains(table.substring(table.indexOf('.') + 1)));
            lines.accept(dump.words() + " of " + target.display() + " (PostgreSQL " + major + ") to " + named);
            dump(dump, snapshot, part, lines);
            int entries = proved(restore, part, rows);
            SealedFile sealed = SealedFile.finish(part, named);
            return new Backup(Backup.Kind.POSTGRES, named, sealed.sha256(), sealed.bytes(), dump.words(), takenAt,
                    Duration.ofNanos(System.nanoTime() - started), rows, entries);
        } catch (SQLException e) {
            throw target.refusal(e);
        } catch (IOException e) {
            throw new BadInputException("The dump of " + target.display() + " could not be kept in " + made + ": " + e,
                    "Nothing was left behind and the database is as it was. Look after the disk, then retry.", e);
        } finally {
            remove(part);
        }
    }

    private Connection connected() throws SQLException {
        Connection connection = target.connect();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    private static String export(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // The transaction waits for pg_dump, and a limit that is meant for the application must not end that.
            statement.execute("SET LOCAL statement_timeout = 0");
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            try (var row = statement.executeQuery("SELECT pg_export_snapshot()")) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private void dump(Tool tool, String snapshot, Path part, Consumer<String> lines) throws InterruptedException {
        List<String> options = new ArrayList<>(
                List.of("--format=custom", "--no-password", "--snapshot=" + snapshot, "--file=" + part));
        emptied.stream().sorted().forEach(table -> options.add("--exclude-table-data=*." + table));
        CommandOutcome outcome = new ClientProgram(tool, target, timeLimit).run(options, lines);
        if (!outcome.succeeded()) {
            throw new BadInputException(
                    "The dump of " + target.display() + " failed: " + ClientProgram.reason(outcome, timeLimit),
                    "Nothing was left behind and the database is as it was. "
                            + ClientProgram.next(outcome, part.resolveSibling("")) + " Then retry.");
        }
    }

    /** Reads the table of contents back and looks for the rows of every table in it. */
    private int proved(Tool restore, Path part, SortedMap<String, Long> rows) throws InterruptedException {
        CommandOutcome outcome = new ClientProgram(restore, target, timeLimit)
                .run(List.of("--list", part.toString()), _ -> {});
        if (!outcome.succeeded()) {
            throw new BadInputException("The dump of " + target.display() + " cannot be read back: "
                    + ClientProgram.reason(outcome, timeLimit), "It was removed. Look after the disk, then retry.");
        }
        List<String> entries = outcome.output().lines().filter(line -> !line.isBlank() && !line.startsWith(";"))
                .toList();
        List<String> missing = rows.keySet().stream().filter(table -> entries.stream()
                .noneMatch(entry -> entry.contains(" TABLE DATA " + listed(table) + " "))).toList();
        if (!missing.isEmpty()) {
            throw new BadInputException("The dump of " + target.display() + " lacks the rows of "
                    + String.join(", ", missing) + ".",
                    "It was removed. Look at row-level security and at what the role may read, then retry.");
        }
        return entries.size();
    }

    /** A table as a list of contents writes it: schema and name with a space between, line breaks as spaces. */
    private static String listed(String table) {
        return table.replaceFirst("\\.", " ").replace('\n', ' ').replace('\r', ' ');
    }

    private static Path writable(Path directory) {
        try {
            return Files.createDirectories(directory.toAbsolutePath()).toRealPath();
        } catch (IOException e) {
            throw new BadInputException("The directory " + directory + " for backups cannot be made: " + e,
                    "Give the user Ferryman runs as the right to write there, or name another root in"
                            + " ferryman.backup.roots.",
                    e);
        }
    }

    private static String fileName(String database) {
        return database.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // It costs room, nothing else: a later run of the same step removes it.
        }
    }
}
