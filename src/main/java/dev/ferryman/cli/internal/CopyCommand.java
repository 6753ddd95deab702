package dev.ferryman.cli.internal;

import dev.ferryman.cli.internal.SnapshotStore.Planned;
import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.CopyResult;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.copy.TargetCleanup.RememberedCopy;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.PlanText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "copy", mixinStandardHelpOptions = true, description = "Take a snapshot of a SQLite file and copy all of it into PostgreSQL.", footer = {
        "",
        "The source may be in use: what is written to it after the snapshot is not copied. The snapshot stays in"
                + " the snapshot directory; it is what 'verify' compares with best.",
        "", "Exit status 1: something in the data forbids the copy, see 'inspect'."})
final class CopyCommand extends DataCommand {
    @Option(names = "--source", paramLabel = "FILE", description = "The SQLite file.")
    @Nullable
    Path source;

    @Mixin
    Options.Target target = new Options.Target();

    @Option(names = "--schema", paramLabel = "create|existing", defaultValue = "create", description = "Whether Ferryman creates the tables or the application's migrations have. Default: create.")
    Options.Schema schema = Options.Schema.CREATE;

    @Option(names = "--target-schema", paramLabel = "NAME", defaultValue = "public", description = "Schema of the tables in PostgreSQL. Default: public.")
    String targetSchema = "public";

    @Mixin
    Options.PlanFile planFile = new Options.PlanFile();

    @Mixin
    Options.Jobs jobs = new Options.Jobs();

    @Option(names = "--snapshot-dir", paramLabel = "DIR", defaultValue = "ferryman-snapshots", description = "Where the snapshot goes. Default: ferryman-snapshots in the working directory.")
    Path snapshotDirectory = Path.of("ferryman-snapshots");

    @Option(names = "--resume", description = "Go on with the unfinished copy that the target holds; begin one if it"
            + " holds none.")
    boolean resume;

    @Override
    public Integer call() throws Exception {
        PostgresTarget postgres = target.open();
        int connections = jobs.get();
        postgres.check(targetSchema);
        var store = new SnapshotStore(snapshotDirectory);
        Optional<RememberedCopy> begun = begun(postgres);
        try (ProgressLine progress = progress()) {
            String job;
            Planned planned;
            if (begun.isPresent()) {
                job = begun.get().job();
                planned = store.find(begun.get());
            } else {
                job = "command-line-" + UUID.randomUUID();
                PlannedSnapshot read = planned(SqliteSource.live(Options.sourceFile(source)), snapshotDirectory,
                        progress, snapshot -> Planning.plan(snapshot, schema.mode(), targetSchema, postgres, false,
                                planFile.path, progress.profile()).plan());
                if (!read.plan().possible()) {
                    store.remove(read.snapshot().path());
                    progress.close();
                    return refuse(read.plan());
                }
                planned = store.keep(read.snapshot(), read.plan());
            }
            CopyResult result = copy(store, planned, postgres, new CopyOptions(new JobOwner.Alone(job), connections),
                    progress);
            progress.close();
            tell(job, planned, result);
            return ExitStatus.DONE;
        }
    }

    private Optional<RememberedCopy> begun(PostgresTarget postgres) {
        List<RememberedCopy> copies = new TargetCleanup(postgres).copies();
        Optional<RememberedCopy> unfinished = copies.stream().filter(copy -> !copy.finished()).findFirst();
        if (unfinished.isPresent() && !resume) {
            throw new BadInputException(
                    "The target holds an unfinished copy, begun from " + unfinished.get().snapshotFile() + ".",
                    "Go on with it: copy --resume. Or give it up: clean --drop.");
        }
        return unfinished;
    }

    private CopyResult copy(SnapshotStore store, Planned planned, PostgresTarget postgres, CopyOptions options,
            ProgressLine progress) throws Exception {
        var job = new CopyJob(store.open(planned), planned.sha256(), postgres, planned.plan(), options,
                progress.copy(planned.plan()));
        timed("prepare", () -> {
            prepare(job, store, planned, postgres);
            return true;
        });
        CopyResult result = timed("backfill", job::backfill);
        timed("finish", () -> {
            job.finish();
            return true;
        });
        return result;
    }

    /** A copy that could not be begun leaves nothing in the target, so its snapshot is of no use either. */
    private static void prepare(CopyJob job, SnapshotStore store, Planned planned, PostgresTarget postgres)
            throws InterruptedException, IOException {
        try {
            job.prepare();
        } catch (RuntimeException e) {
            if (new TargetCleanup(postgres).copies().stream()
                    .noneMatch(copy -> copy.snapshotSha256().equals(planned.sha256()))) {
                store.remove(planned.snapshot());
            }
            throw e;
        }
    }

    private int refuse(Plan plan) {
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "blocked");
            result.put("findings", plan.findings());
            out().println(Json.write(result));
        } else {
            out().print(PlanText.render(plan));
            out().println();
            out().println("Nothing was copied. Settle what forbids the copy, then copy again.");
        }
        return ExitStatus.UNSAFE;
    }

    private void tell(String job, Planned planned, CopyResult result) {
        List<Finding> warnings = planned.plan().findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.WARNING).toList();
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("status", "done");
            json.put("job", job);
            json.put("snapshot", Map.of("path", planned.snapshot().toString(), "sha256", planned.sha256()));
            json.put("planSha256", PlanHash.of(planned.plan()));
            json.put("rows", result.rows());
            json.put("bytes", result.bytes());
            json.put("quarantined", result.quarantined());
            json.put("chunks", result.chunks());
            json.put("chunksBefore", result.chunksBefore());
            json.put("reader", result.reader());
            json.put("tables", result.tables());
            json.put("warnings", warnings);
            json.put("seconds", seconds());
            out().println(Json.write(json));
            return;
        }
        for (CopyResult.Table table : result.tables()) {
            out().println(String.format(Locale.ROOT, "%,14d rows  %s%s", table.rows(), table.table(),
                    table.quarantined() == 0
                            ? ""
                            : String.format(Locale.ROOT, "  (and %,d in quarantine)", table.quarantined())));
        }
        out().println(String.format(Locale.ROOT, "%,14d rows in %s copied in %.1f s.", result.rows(),
                Counted.of(result.tables().size(), "table"),
                seconds().values().stream().mapToDouble(Double::doubleValue).sum()));
        if (result.quarantined() > 0) {
            out().println(Counted.of(result.quarantined(), "row is", "rows are")
                    + " in ferryman.quarantine, whole and with the reason, as the plan file chose.");
        }
        for (Finding warning : warnings) {
            // The whole of it, SQL included, is in what 'inspect' prints.
            String first = warning.message().lines().findFirst().orElse("");
            out().println("Note: " + (warning.table() == null ? "" : warning.table() + ": ") + first
                    + (warning.message().length() > first.length() ? " …" : ""));
        }
        out().println("Snapshot: " + planned.snapshot());
        out().println("Next: ferryman verify --source " + planned.snapshot() + " --target … ; then ferryman clean.");
    }
}
