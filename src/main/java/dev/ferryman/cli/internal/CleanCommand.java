package dev.ferryman.cli.internal;

import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.copy.TargetCleanup.RememberedCopy;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Capture;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.PointOfNoReturn;
import dev.ferryman.replication.TargetRemoval;
import dev.ferryman.schema.Counted;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "clean", mixinStandardHelpOptions = true, description = "Remove what Ferryman remembers in a target; with --drop, what it copied as well. With --source, its triggers and tables in a source too.", footer = {
        "",
        "Without --drop, all data stays and schema 'ferryman' goes. With --drop, tables that copies created are"
                + " dropped, and tables that they found empty are emptied.",
        "With --source, everything that a live move has put into that file goes, and what it has put into the target."
                + " For a cutover whose state store is lost; otherwise let the cutover's own rollback do it."})
final class CleanCommand extends DataCommand {
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(30);

    @Mixin
    Options.Target target = new Options.Target();

    @Option(names = "--source", paramLabel = "FILE", description = "A SQLite file that a live move has put triggers into.")
    @Nullable
    Path source;

    @Option(names = "--lift-fence", description = "Let the source take writes again although they went to the target: what was written there stays there.")
    boolean liftFence;

    @Option(names = "--drop", description = "Drop what was copied, finished or not, and its rows in quarantine.")
    boolean drop;

    /** What becomes of rows in quarantine. */
    enum Quarantine {
        KEEP, DROP
    }

    @Option(names = "--quarantine", paramLabel = "keep|drop", description = "What becomes of the rows in ferryman.quarantine; must be said where there are any.")
    @Nullable
    Quarantine quarantine;

    @Override
    public Integer call() throws Exception {
        if (source == null) {
            cleanTarget(target.open());
        } else {
            cleanSource(SqliteSource.live(source));
        }
        return ExitStatus.DONE;
    }

    private void cleanSource(SqliteSource file) throws Exception {
        var capture = new Capture(file, Clock.systemUTC(), LOCK_LIMIT);
        Optional<CaptureState> state = capture.find();
        Optional<PointOfNoReturn> fence = capture.fenced();
        if (fence.isPresent() && !liftFence) {
            throw new BadInputException("The writes of " + file.path() + " went to PostgreSQL at " + fence.get().at()
                    + ": the file refuses them since.",
                    "Roll back in the service, which brings everything back. To let the file take writes as it is, add"
                            + " --lift-fence: what was written to PostgreSQL stays there, and the application must not"
                            + " write there any more.");
        }
        Optional<PostgresTarget> postgres = target.given() ? Optional.of(target.open()) : Optional.empty();
        if (postgres.isPresent() && state.isPresent()) {
            postgres.get().check();
            new TargetRemoval(postgres.get(), new Lease(state.get().job(), state.get().generation() + 1)).run();
        }
        capture.remove();
        if (!output.json()) {
            out().println(state.isEmpty()
                    ? "The source holds nothing of Ferryman."
                    : "Removed the change capture of cutover " + state.get().job() + " from the source.");
        }
        if (postgres.isPresent()) {
            cleanTarget(postgres.get());
        } else if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "done");
            result.put("capture", state.map(CaptureState::job).orElse(""));
            out().println(Json.write(result));
        }
    }

    private void cleanTarget(PostgresTarget postgres) throws Exception {
        postgres.check();
        var cleanup = new TargetCleanup(postgres);
        List<RememberedCopy> copies = cleanup.copies();
        if (!drop && copies.stream().anyMatch(copy -> !copy.finished())) {
            throw new BadInputException("The target holds an unfinished copy.",
                    "Go on with it: copy --resume. Or drop what it has copied: clean --drop.");
        }
        long quarantined = cleanup.quarantined();
        if (quarantined > 0 && !drop && quarantine == null) {
            throw new BadInputException(
                    "The quarantine holds " + Counted.of(quarantined, "row that is", "rows that are")
                            + " nowhere else in the target.",
                    "Say what becomes of them: clean --quarantine keep, or clean --quarantine drop.");
        }
        for (RememberedCopy copy : copies) {
            if (drop) {
                cleanup.undo(new JobOwner.Alone(copy.job()));
            } else {
                cleanup.forget(new JobOwner.Alone(copy.job()), quarantine == Quarantine.DROP);
            }
        }
        if (quarantined > 0 && quarantine == Quarantine.DROP) {
            cleanup.dropQuarantine(new JobOwner.Alone("command-line-clean"));
        }
        long left = cleanup.quarantined();
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "done");
            result.put("copies", copies);
            result.put("dropped", drop);
            result.put("quarantined", left);
            out().println(Json.write(result));
        } else if (copies.isEmpty() && quarantined == 0) {
            out().println("The target holds nothing of Ferryman.");
        } else {
            out().println(drop
                    ? "Dropped what " + copies.size() + " copies had brought, and all that Ferryman remembered of them."
                    : "Removed all that Ferryman remembered; the data stays.");
        }
        if (left > 0 && !output.json()) {
            out().println(Counted.of(left, "row stays", "rows stay") + " in ferryman.quarantine, with the schema.");
        }
    }
}
