package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.StructureFinding;
import dev.ferryman.verify.TableVerification;
import dev.ferryman.verify.Verdict;
import dev.ferryman.verify.Verification;
import dev.ferryman.verify.VerificationResult;
import dev.ferryman.verify.VerificationSeal;
import dev.ferryman.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "verify", mixinStandardHelpOptions = true, description = "Compare every value of a SQLite file with PostgreSQL.", footer = {
        "",
        "A snapshot of the source is taken first and removed afterwards, so the source may be in use: what was"
                + " written to it since the copy shows as differences. To compare with what was copied, give the"
                + " copy's snapshot as the source.",
        "", "Interrupted and given again, it goes on after what it had compared, as long as neither side has changed.",
        "", "Exit status 1: something differs."})
final class VerifyCommand extends DataCommand {
    @Option(names = "--source", paramLabel = "FILE", required = true, description = "The SQLite file.")
    @Nullable
    Path source;

    @Mixin
    Options.Target target = new Options.Target();

    @Option(names = "--schema", paramLabel = "create|existing", defaultValue = "create", description = "Whether Ferryman created the tables or the application's migrations have. Default: create.")
    Options.Schema schema = Options.Schema.CREATE;

    @Option(names = "--target-schema", paramLabel = "NAME", defaultValue = "public", description = "Schema of the tables in PostgreSQL. Default: public.")
    String targetSchema = "public";

    @Mixin
    Options.PlanFile planFile = new Options.PlanFile();

    @Mixin
    Options.Jobs jobs = new Options.Jobs();

    @Option(names = "--snapshot-dir", paramLabel = "DIR", description = "Where the passing snapshot goes. Default: the system's directory for temporary files.")
    @Nullable
    Path snapshotDirectory;

    @Override
    public Integer call() throws Exception {
        PostgresTarget postgres = target.open();
        VerifyOptions options = VerifyOptions.withJobs(jobs.get());
        SqliteSource live = SqliteSource.live(Options.sourceFile(source));
        postgres.check(targetSchema);
        Path directory = Files.createTempDirectory(
                snapshotDirectory == null ? Path.of(System.getProperty("java.io.tmpdir")) : snapshotDirectory,
                "ferryman-verify-");
        try (ProgressLine progress = progress()) {
            PlannedSnapshot read = planned(live, directory, progress, snapshot -> Planning.plan(snapshot, schema.mode(),
                    targetSchema, postgres, true, planFile.path, progress.profile()).plan());
            SqliteSource file = SqliteSource.snapshot(read.snapshot().path());
            Plan plan = read.plan();
            VerificationResult result = timed("verify",
                    () -> Verification.resumable(file, read.snapshot().sha256(), postgres, plan, options,
                            progress.verify(plan)));
            progress.close();
            tell(result, VerificationSeal.of(result, read.snapshot().sha256(), PlanHash.of(plan)));
            return switch (result.verdict()) {
                case PASSED -> ExitStatus.DONE;
                case FAILED -> ExitStatus.UNSAFE;
                case ERROR -> ExitStatus.FAILED;
            };
        } finally {
            remove(directory);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    private void tell(VerificationResult result, String seal) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("status", result.verdict().name().toLowerCase(Locale.ROOT));
            json.put("sourceRows", result.sourceRows());
            json.put("targetRows", result.targetRows());
            json.put("quarantinedRows", result.quarantinedRows());
            json.put("resumedRows", result.resumedRows());
            json.put("differingRows", result.differingRows());
            json.put("tables", result.tables());
            json.put("differences", result.differences());
            json.put("structure", result.structure());
            json.put("error", result.error());
            json.put("seal", seal);
            json.put("seconds", seconds());
            out().println(Json.write(json));
            return;
        }
        for (TableVerification table : result.tables()) {
            out().println(String.format(Locale.ROOT, "%,14d rows  %s%s", table.sourceRows(), table.table(),
                    table.error() != null
                            ? "  not compared to the end: " + table.error()
                            : table.equal()
                                    ? table.quarantined() == 0
                                            ? "  equal"
                                            : String.format(Locale.ROOT, "  equal, and %,d whole in quarantine",
                                                    table.quarantined())
                                    : String.format(Locale.ROOT, "  %,d missing, %,d extra, %,d changed",
                                            table.missing(), table.extra(), table.changed())));
        }
        for (Difference difference : result.differences()) {
            out().println(line(difference));
        }
        if (result.differingRows() > 0) {
            out().println(Counted.of(result.differingRows(), "row differs", "rows differ")
                    + " in all; the first of each table are listed.");
        }
        for (StructureFinding finding : result.structure()) {
            out().println(finding.table() + ": " + finding.message());
        }
        if (result.resumedRows() > 0) {
            out().println(Counted.of(result.resumedRows(), "of these rows was", "of these rows were")
                    + " compared before the verification was interrupted, and not changed since.");
        }
        if (result.error() != null) {
            out().println(result.error());
        }
        out().println(result.verdict() == Verdict.PASSED
                ? "Every value of " + Counted.of(result.sourceRows(), "row") + " is equal."
                        + (result.quarantinedRows() == 0
                                ? ""
                                : " " + Counted.of(result.quarantinedRows(), "more row is", "more rows are")
                                        + " whole in quarantine.")
                : "Verdict: " + result.verdict().name().toLowerCase(Locale.ROOT) + ".");
        out().println("Seal: " + seal);
    }

    private static String line(Difference difference) {
        String row = difference.table() + " " + difference.key();
        return switch (difference.kind()) {
            case MISSING -> row + ": missing in the target";
            case EXTRA -> row + ": only in the target";
            case CHANGED -> row + " " + difference.column() + ": " + difference.source() + " became "
                    + difference.target();
        };
    }
}
