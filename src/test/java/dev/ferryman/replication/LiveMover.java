package dev.ferryman.replication;

import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * A process of its own that carries a file from capture to the switchover, as far as it was not carried yet: whatever
 * process was killed before, the next one goes on. Arguments: file, target, directory, generation, and the moment at
 * which it kills itself with {@code kill -9}, or {@code never}. It switches over once {@code DIRECTORY/go} exists, and back
 * once {@code DIRECTORY/back} exists; where {@code DIRECTORY/stay} exists it ends after the switchover, and where
 * {@code DIRECTORY/remove} exists nothing of Ferryman is left after the way back.
 *
 * <p>Whoever reads its output is told, a line each: {@code caught-up CHANGES SECONDS} once nothing was pending for the
 * first time, {@code settled} once all of it was proved, the moments of the freeze and of the switch back as they come,
 * and how both ended.
 */
public final class LiveMover {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final FreezeOptions OPTIONS = new FreezeOptions(PATIENCE, PATIENCE, 1_000_000, PATIENCE);

    private final SqliteSource live;
    private final PostgresTarget target;
    private final Path directory;
    private final Lease lease;
    private final FaultPoint faults;
    private final Clock clock = Clock.systemUTC();
    private boolean settled;

    private LiveMover(String[] arguments) {
        live = SqliteSource.live(Path.of(arguments[0]));
        target = PostgresTarget.parse(arguments[1], null);
        directory = Path.of(arguments[2]);
        lease = new Lease("test", Long.parseLong(arguments[3]));
        faults = killAt(arguments[4]);
    }

    /** Exit status 0 once it has come to its end; killed, or 1, otherwise. */
    public static void main(String[] arguments) throws Exception {
        new LiveMover(arguments).move();
    }

    private void move() throws Exception {
        Plan plan = plan();
        var back = new SwitchBack(live, target, plan, lease, clock, faults);
        if (back.pointOfNoReturn().isPresent()) {
            back.settle();
            return;
        }
        var freeze = new Freeze(live, target, plan, lease, clock, faults);
        if (freeze.pointOfNoReturn().isPresent()) {
            freeze.finish();
        } else {
            moveThere(plan, freeze);
        }
        if (!Files.exists(directory.resolve("stay"))) {
            moveBack(plan, back);
        }
        if (Files.exists(directory.resolve("remove"))) {
            new Capture(live, clock, PATIENCE).remove();
            new TargetRemoval(target, lease).run();
        }
    }

    private interface Following {
        Progress step() throws InterruptedException;
    }

    /** Works off what is pending until a file tells that it is time for more. */
    private void follow(String sign, Following following) throws InterruptedException {
        long begun = System.nanoTime();
        long changes = 0;
        boolean told = false;
        while (!Files.exists(directory.resolve(sign))) {
            Progress progress = following.step();
            changes += progress.changes();
            if (progress.complete()) {
                if (!told) {
                    tell("caught-up %d %.3f", changes, (System.nanoTime() - begun) / 1e9);
                    told = true;
                }
                Thread.sleep(20);
            }
        }
    }

    private static void tell(String line, Object... values) {
        System.out.println(String.format(Locale.ROOT, line, values));
    }

    private static void tell(String what, FreezeOutcome outcome) {
        if (!(outcome instanceof FreezeOutcome.Switched done)) {
            throw new IllegalStateException(outcome.toString());
        }
        tell("%s waited %.3f held %.3f opened %.3f drained %d", what, done.waited().toNanos() / 1e9,
                done.held().toNanos() / 1e9, done.opened().toNanos() / 1e9, done.drained());
    }

    private void moveBack(Plan plan, SwitchBack back) throws SQLException, InterruptedException {
        back.settle();
        try (ReverseSync reverse = ReverseSync.open(live, target, plan, lease, CatchUpOptions.defaults(), clock,
                faults); var proof = new Verified(live, target, plan)) {
            follow("back", reverse::step);
            tell("switched-back", back.switchBack(reverse, OPTIONS, proof));
        }
    }

    private void moveThere(Plan plan, Freeze freeze) throws Exception {
        var capture = new Capture(live, clock, PATIENCE);
        if (capture.find().isEmpty()) {
            capture.install(plan, lease);
        }
        var snapshot = SqliteSource.snapshot(snapshot());
        var job = new CopyJob(snapshot, Snapshot.sha256(snapshot()), target, plan,
                new CopyOptions(new JobOwner.Leased(lease.job(), lease.generation()), 2), CopyListener.SILENT);
        job.prepare();
        job.backfill();
        job.finish();
        try (CatchUp catchUp = CatchUp.begin(live, snapshot, target, plan, lease, CatchUpOptions.defaults(), clock,
                faults); var proof = new Verified(live, target, plan)) {
            new ReverseCapture(live, target, plan, lease).prepare(snapshot);
            follow("go", () -> {
                Progress progress = catchUp.step();
                if (progress.complete() && proof.settled(catchUp) && !settled) {
                    tell("settled");
                    settled = true;
                }
                return progress;
            });
            tell("switched", freeze.switchOver(catchUp, OPTIONS, proof));
        }
    }

    private Plan plan() throws IOException, SQLException, InterruptedException {
        Path file = directory.resolve("plan.json");
        if (!Files.exists(file)) {
            try (var connection = live.connect()) {
                var schema = SourceSchema.read(connection);
                Plan made = Planner.plan(schema, Profiler.profile(live, schema, ProfileListener.silent()),
                        PlanOptions.create());
                Path part = Files.writeString(directory.resolve("plan-" + lease.generation()), PlanJson.write(made));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return PlanJson.read(Files.readString(file));
    }

    private Path snapshot() throws IOException, InterruptedException {
        Path name = directory.resolve("snapshot");
        if (!Files.exists(name)) {
            Path taken = Snapshot.take(live, directory.resolve("snapshots-" + lease.generation()),
                    SnapshotListener.SILENT).path();
            Path part = Files.writeString(directory.resolve("snapshot-" + lease.generation()), taken.toString());
            Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
        }
        return Path.of(Files.readString(name));
    }

    /** Kills this process at a moment; {@code under lock: MOMENT} is that moment once the freeze has its lock. */
    private static FaultPoint killAt(String where) {
        boolean[] locked = {!where.startsWith("under lock: ")};
        String moment = where.replace("under lock: ", "");
        return name -> {
            locked[0] |= name.equals("freeze-locked");
            if (name.startsWith("freeze-") || name.startsWith("back-")) {
                tell(name);
            }
            if (locked[0] && name.equals(moment)) {
                kill();
            }
        };
    }

    private static void kill() {
        try {
            new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid())).start().waitFor();
            Thread.sleep(Duration.ofMinutes(1));
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
