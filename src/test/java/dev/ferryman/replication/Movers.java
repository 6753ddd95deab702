package dev.ferryman.replication;

import dev.ferryman.replication.CrashMatrix.Trouble;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The processes that move a file, one after the other or two at once, and what goes wrong around them. */
final class Movers implements AutoCloseable {
    private static final int SIGKILL = 128 + 9;
    private static final int MOST_STARTS = 15;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(5);

    private final Path directory;
    private final Path file;
    private final TestPostgres.Database database;
    private final Applications applications;
    private final @Nullable SmallDisk disk;
    private final Random random;
    private final List<Process> running = new ArrayList<>();
    private int starts;

    Movers(Path directory, Path file, TestPostgres.Database database, Applications applications,
            @Nullable SmallDisk disk, Random random) {
        this.directory = directory;
        this.file = file;
        this.database = database;
        this.applications = applications;
        this.disk = disk;
        this.random = random;
    }

    void start(String moment) throws IOException {
        starts++;
        running.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                "-Dorg.sqlite.tmpdir=" + directory,
                "-cp", System.getProperty("java.class.path"), LiveMover.class.getName(), file.toString(),
                database.url(), directory.toString(), String.valueOf(starts), moment)
                .redirectErrorStream(true).redirectOutput(log(starts).toFile()).start());
    }

    /** How many were started so far. */
    int starts() {
        return starts;
    }

    /** How often PostgreSQL had no room for what was written, by whom. */
    String refusals() throws IOException {
        int mover = 0;
        for (int i = 1; i <= starts; i++) {
            mover += Files.readString(log(i)).contains("No space left") ? 1 : 0;
        }
        return "mover " + mover + ", applications " + applications.refusedForRoom();
    }

    private Path log(int number) {
        return directory.resolve("mover-" + number + ".log");
    }

    /**
     * Lets things go wrong while the mover is at work.
     *
     * @param trouble what goes wrong
     * @param moments moments at which one mover after the other kills itself, where that is the trouble
     * @param sign name of the file that tells the mover to switch; it may be written before, meanwhile or not yet
     */
    void trouble(Trouble trouble, String[] moments, String sign)
            throws IOException, InterruptedException, SQLException {
        switch (trouble) {
            case KILLED_AT_A_MOMENT -> {
                Files.writeString(directory.resolve(sign), "");
                ended(running.getFirst());
                for (int i = 1; i < moments.length; i++) {
                    start(moments[i]);
                    ended(running.getLast());
                }
            }
            case KILLED_ANYWHERE -> {
                for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
                    await(sign);
                    signal("KILL", Stream.of(running.getLast().toHandle()));
                    ended(running.getLast());
                    start("never");
                }
            }
            case CONNECTIONS_CUT -> {
                for (int cuts = 3; cuts > 0; cuts--) {
                    await(sign);
                    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
                }
            }
            case POSTGRES_CRASHES -> {
                await(sign);
                crash();
            }
            case POSTGRES_STOPPED -> {
                ProcessHandle server = ProcessHandle.of(Long.parseLong(String.valueOf(
                        database.scalar("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))))
                        .orElseThrow();
                await(sign);
                // It goes first, so that none of its processes can follow unseen.
                signal("STOP", Stream.of(server));
                signal("STOP", server.descendants());
                try {
                    sleep(1500, 3500);
                } finally {
                    signal("CONT", Stream.concat(Stream.of(server), server.descendants()));
                }
            }
            case POSTGRES_DISK_FULL -> {
                if (disk == null) {
                    throw new IllegalStateException("PostgreSQL's data is on no disk of its own");
                }
                // Full before the switch is asked for: what is over needs no room any more.
                await(random.nextInt(4));
                sleep(0, 1000);
                try {
                    disk.fill(800 + random.nextInt(1200));
                    if (random.nextBoolean()) {
                        Files.writeString(directory.resolve(sign), "");
                    }
                    disk.fill(700 + random.nextInt(1300));
                } finally {
                    disk.makeRoom();
                }
            }
            case FILE_LOCKED -> {
                await(sign);
                lock(Duration.ofMillis(1500 + random.nextInt(2000)));
            }
            case APPLICATION_STOPPED -> {
                // Both, or one while the other goes on; in the middle of a transaction as like as not.
                List<ProcessHandle> stopped = applications.handles().subList(random.nextInt(2), 2);
                await(sign);
                signal("STOP", stopped.stream());
                sleep(1500, 3500);
                signal("CONT", stopped.stream());
            }
            case STOPPED_FOR_A_WHILE -> {
                await(sign);
                signal("STOP", Stream.of(running.getLast().toHandle()));
                sleep(1500, 3000);
                signal("CONT", Stream.of(running.getLast().toHandle()));
            }
            case STOPPED_AND_REPLACED -> {
                await(sign);
                signal("STOP", Stream.of(running.getLast().toHandle()));
                // A stopped process may hold the file's lock: nobody can take it away but the end of that process.
                Thread wakes = Thread.startVirtualThread(() -> {
                    try {
                        sleep(2000, 4000);
                        signal("CONT", Stream.of(running.getFirst().toHandle()));
                    } catch (InterruptedException | IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                start("never");
                wakes.join();
            }
            case STARTED_TWICE -> {
                await(sign);
                start("never");
            }
        }
    }

    /** Starts movers until one says that it is done. */
    void finish() throws IOException, InterruptedException {
        while (true) {
            boolean done = false;
            for (Process process : running) {
                done |= ended(process) == 0;
            }
            if (done) {
                return;
            }
            running.clear();
            if (starts >= MOST_STARTS) {
                throw new IllegalStateException("the move does not end: " + Files.readString(log(starts)));
            }
            start("never");
        }
    }

    private int ended(Process process) throws InterruptedException, IOException {
        if (!process.waitFor(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("a mover hangs: " + Files.readString(log(starts)));
        }
        int status = process.exitValue();
        if (status != 0 && status != 1 && status != SIGKILL) {
            throw new IllegalStateException("a mover ended with " + status);
        }
        return status;
    }

    /**
     * Some moment of the work, whatever the machine's speed: a while after one of its milestones; before the mover is told to
     * switch, right after that, or later.
     */
    private void await(String sign) throws IOException, InterruptedException {
        int when = random.nextInt(3);
        if (when == 0) {
            Files.writeString(directory.resolve(sign), "");
        }
        int milestone = random.nextInt(4);
        await(milestone);
        // A switch that was asked for is over soon.
        sleep(0, milestone == 0 ? 3500 : milestone == 3 && when == 0 ? 300 : 1500);
        if (when == 1) {
            Files.writeString(directory.resolve(sign), "");
            sleep(0, 400);
        }
    }

    private void await(int milestone) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!reached(milestone) && running.getLast().isAlive() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    /** Whether there is a mover, a plan, a snapshot, or one that has followed to the end once or begun to switch. */
    private boolean reached(int milestone) throws IOException {
        return switch (milestone) {
            case 0 -> true;
            case 1 -> Files.exists(directory.resolve("plan.json"));
            case 2 -> Files.exists(directory.resolve("snapshot"));
            default -> Files.readString(log(starts)).contains("caught-up")
                    || Files.readString(log(starts)).contains("-locked");
        };
    }

    /** Ends one backend the hard way: the server restarts and recovers. */
    private void crash() throws IOException, InterruptedException {
        String backend = database.scalar("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() LIMIT 1");
        if (backend != null) {
            signal("KILL", ProcessHandle.of(Long.parseLong(backend)).stream());
        }
    }

    private void lock(Duration time) throws SQLException, InterruptedException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 60000");
            statement.execute("BEGIN IMMEDIATE");
            Thread.sleep(time);
            statement.execute("ROLLBACK");
        }
    }

    private void sleep(int least, int most) throws InterruptedException {
        Thread.sleep(least + random.nextInt(most - least));
    }

    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }

    private static void signal(String name, Stream<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.map(process -> String.valueOf(process.pid())).forEach(command::add);
        new ProcessBuilder(command).start().waitFor();
    }
}
