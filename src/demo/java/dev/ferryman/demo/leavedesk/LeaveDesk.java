package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running leave desk: the sample live application that the demo and the end-to-end tests carry over (deployment A of
 * the runbooks). Starts in this process with {@link #start}, or alone with {@link #main}.
 */
public final class LeaveDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaveDesk.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);

    private final EnvironmentFile environment;
    private final DatabaseGate gate;
    private final Ledger ledger;
    private final LeaveStore store;
    private final LeaveWrites writes;
    private final Writer writer;
    private final LeaveDeskServer server;
    private OptionalLong missing = OptionalLong.empty();
    private long lookedAt;

    private LeaveDesk(LeaveDeskConfig config, EnvironmentFile environment, Database database, Ledger ledger)
            throws IOException {
        this.environment = environment;
        this.gate = new DatabaseGate(database,
                config.environmentFile().resolveSibling("leave-desk.maintenance"));
        this.ledger = ledger;
        this.store = new LeaveStore(new FieldCipher(config.fieldSecret()));
        this.writes = new LeaveWrites(config.clock());
        this.writer = new Writer(gate, ledger, store, writes, config.clock(), config.writesPerSecond());
        this.server = new LeaveDeskServer(this, config);
    }

    /**
     * Starts serving and, where the configuration says so, writing. Creates the environment file and the SQLite file
     * with its sample rows where they are missing; a ledger that belongs to an earlier SQLite file is set aside as
     * {@code *.old}.
     *
     * @throws RequestRefusedException where the configured database cannot be used
     */
    public static LeaveDesk start(LeaveDeskConfig config) {
        EnvironmentFile environment = new EnvironmentFile(config.environmentFile());
        Path directory = config.environmentFile().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
            environment.createIfMissing(new DatabaseUrl.Sqlite(config.sqliteFile()));
            DatabaseUrl url = environment.databaseUrl();
            if (url instanceof DatabaseUrl.Sqlite sqlite && sqlite.file().equals(config.sqliteFile())) {
                SampleData sample = new SampleData(config.seed(), config.scale(), LocalDate.now(config.clock()),
                        config.fieldSecret());
                if (sample.createIfMissing(sqlite.file()) && Files.exists(config.ledgerFile())) {
                    Files.move(config.ledgerFile(), config.ledgerFile().resolveSibling(
                            config.ledgerFile().getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Database database = Database.open(url);
            Ledger ledger = Ledger.open(config.ledgerFile(), config.clock());
            LeaveDesk desk;
            try {
                desk = new LeaveDesk(config, environment, database, ledger);
            } catch (IOException e) {
                ledger.close();
                database.close();
                throw e;
            }
            desk.server.start();
            desk.writer.start();
            return desk;
        } catch (IOException e) {
            throw new UncheckedIOException("The leave desk cannot start: " + e.getMessage(), e);
        }
    }

    /** TCP port. */
    public int port() {
        return server.port();
    }

    /** Address of the page and the API, without a slash at the end. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Every write it has acknowledged. */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * Turns maintenance on or off. Once it is on and this has returned, no write is under way and none is taken, after
     * a restart neither.
     */
    public void maintenance(boolean on) {
        gate.maintenance(on);
    }

    /**
     * Goes over to another database after trying it, and keeps the choice in the environment file. Writes wait
     * meanwhile.
     *
     * @param url {@code sqlite:/path} or {@code postgresql://…}
     * @throws RequestRefusedException where it cannot be used; the old database stays in use
     */
    public void switchTo(String url) {
        DatabaseUrl next = DatabaseUrl.parse(url);
        gate.switchTo(next, () -> environment.setDatabaseUrl(next));
    }

    /**
     * Reads the environment file again and goes over to the database it names.
     *
     * @throws RequestRefusedException where it cannot be used; the old database stays in use
     */
    public void reload() {
        gate.switchTo(environment.databaseUrl(), () -> {});
    }

    /** How it stands. */
    public Status status() {
        Ledger.Summary summary = ledger.summary();
        DatabaseUrl url = gate.url();
        return new Status(gate.maintenance() ? "maintenance" : "open", url.dialect(), url.display(),
                summary.acknowledged(), summary.sinceStart(), summary.lastWrite(), summary.longestGap().toMillis(),
                summary.sinceLastWrite().toMillis(), writer.refused(), writer.lastRefusal());
    }

    /**
     * How the desk is doing.
     *
     * @param mode {@code open} or {@code maintenance}
     * @param dialect of the database in use
     * @param database its address without password
     * @param acknowledged entries in the ledger
     * @param sinceStart of these, since this process started
     * @param lastWrite when the last of these was acknowledged; null before the first
     * @param longestGapMs longest time between two acknowledged writes since the start, in milliseconds, the one still
     *        open included
     * @param sinceLastWriteMs time since the last acknowledged write, in milliseconds
     * @param refused writes of its users that were refused, maintenance apart
     * @param lastRefusal why the last write was refused; null where it was taken
     */
    public record Status(String mode, Dialect dialect, String database, long acknowledged, long sinceStart,
            @Nullable Instant lastWrite, long longestGapMs, long sinceLastWriteMs, long refused,
            @Nullable String lastRefusal) {}

    /**
     * Acknowledged writes that the database in use does not have, looked at again every few seconds; empty where that
     * cannot be told now.
     */
    synchronized OptionalLong missing() {
        if (lookedAt == 0 || System.nanoTime() - lookedAt > LOOK_AGAIN.toNanos()) {
            DatabaseUrl url = gate.url();
            OptionalLong found = OptionalLong.empty();
            try {
                found = OptionalLong.of(LedgerProof.check(ledger.file(), url).lost().size());
            } catch (IOException | SQLException e) {
                log.warn("The ledger cannot be held against the database: {}", e.getMessage());
            }
            // What was acknowledged on another database meanwhile is not in this one.
            missing = url.equals(gate.url()) ? found : OptionalLong.empty();
            lookedAt = System.nanoTime();
        }
        return missing;
    }

    /** Takes a client's request in; returns its id. */
    long submit(LeaveWrites.NewRequest request) {
        Acknowledged acknowledged = gate.write(
                (connection, dialect) -> writes.create(connection, dialect, request), ledger::record);
        return java.util.Objects.requireNonNull(acknowledged.requestId());
    }

    DatabaseGate gate() {
        return gate;
    }

    LeaveStore store() {
        return store;
    }

    /** Stops its users, then the server, then closes the database and the ledger. */
    @Override
    public void close() {
        writer.close();
        server.close();
        gate.close();
        ledger.close();
    }

    /**
     * Runs a leave desk as a process of its own. Environment: {@code LEAVE_DESK_DIR} (default {@code data/leave-desk}),
     * {@code LEAVE_DESK_ADMIN_TOKEN} or {@code LEAVE_DESK_ADMIN_TOKEN_FILE} (one is required),
     * {@code LEAVE_DESK_ADDRESS}, {@code LEAVE_DESK_PORT}, {@code LEAVE_DESK_WRITES_PER_SECOND},
     * {@code LEAVE_DESK_SCALE}.
     */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        LeaveDesk desk;
        try {
            String token = adminToken(environment);
            LeaveDeskConfig config = LeaveDeskConfig
                    .in(Path.of(environment.getOrDefault("LEAVE_DESK_DIR", "data/leave-desk")), token)
                    .withAddress(environment.getOrDefault("LEAVE_DESK_ADDRESS", "127.0.0.1"))
                    .withPort(Integer.parseInt(environment.getOrDefault("LEAVE_DESK_PORT", "8090")))
                    .withWritesPerSecond(
                            Integer.parseInt(environment.getOrDefault("LEAVE_DESK_WRITES_PER_SECOND", "20")))
                    .withScale(Double.parseDouble(environment.getOrDefault("LEAVE_DESK_SCALE", "1")));
            desk = start(config);
        } catch (IllegalArgumentException | RequestRefusedException | UncheckedIOException e) {
            System.err.println("The leave desk cannot start: " + e.getMessage());
            System.exit(2);
            return;
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(desk::close));
        System.out.println("Leave desk on " + desk.baseUrl() + ", database " + desk.status().database());
        new CountDownLatch(1).await();
    }

    private static String adminToken(Map<String, String> environment) {
        String token = environment.get("LEAVE_DESK_ADMIN_TOKEN");
        String file = environment.get("LEAVE_DESK_ADMIN_TOKEN_FILE");
        if (token == null && file == null) {
            throw new IllegalArgumentException("Set LEAVE_DESK_ADMIN_TOKEN, or LEAVE_DESK_ADMIN_TOKEN_FILE to a file"
                    + " that holds it: a token of at least 16 characters.");
        }
        try {
            return token != null ? token : Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The file of the admin token cannot be read: " + file, e);
        }
    }
}
