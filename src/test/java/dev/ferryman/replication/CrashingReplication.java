package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.PlanJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A process of its own that catches up and switches over, and kills itself with {@code kill -9} when it comes to a
 * moment. Arguments: file, snapshot, target, plan, generation, moment.
 */
public final class CrashingReplication {
    private CrashingReplication() {}

    /** Exit status 0 once the switchover is finished; killed, or 1, otherwise. */
    public static void main(String[] arguments) throws Exception {
        SqliteSource live = SqliteSource.live(Path.of(arguments[0]));
        var target = PostgresTarget.parse(arguments[2], null);
        var plan = PlanJson.read(Files.readString(Path.of(arguments[3])));
        var lease = new Lease("test", Long.parseLong(arguments[4]));
        FaultPoint faults = killAt(arguments[5]);
        var freeze = new Freeze(live, target, plan, lease, Clock.systemUTC(), faults);
        if (freeze.pointOfNoReturn().isPresent()) {
            freeze.finish();
            return;
        }
        var options = new FreezeOptions(Duration.ofSeconds(60), Duration.ofSeconds(60), 1_000_000,
                Duration.ofMinutes(5));
        try (CatchUp catchUp = CatchUp.begin(live, SqliteSource.snapshot(Path.of(arguments[1])), target, plan, lease,
                CatchUpOptions.defaults(), Clock.systemUTC(), faults)) {
            new ReverseCapture(live, target, plan, lease).prepare(SqliteSource.snapshot(Path.of(arguments[1])));
            for (int i = 0; i < 5; i++) {
                catchUp.step();
            }
            FreezeOutcome outcome = freeze.switchOver(catchUp, options, (changed, limit) -> List.of());
            if (!(outcome instanceof FreezeOutcome.Switched)) {
                throw new IllegalStateException(outcome.toString());
            }
        }
    }

    /** Kills this process at a moment; {@code under lock: MOMENT} is that moment once the freeze has its lock. */
    static FaultPoint killAt(String where) {
        boolean[] locked = {!where.startsWith("under lock: ")};
        String moment = where.replace("under lock: ", "");
        return name -> {
            locked[0] |= name.equals("freeze-locked");
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
