package dev.ferryman.cutover.internal;

import dev.ferryman.backup.DatabaseSwap;
import dev.ferryman.backup.DumpRestore;
import dev.ferryman.backup.ScratchDatabase;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.SchemaDifference;
import dev.ferryman.schemachange.SchemaSnapshot;
import dev.ferryman.schemachange.SqlScript;
import dev.ferryman.schemachange.StatementFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * {@code schema.trial}: the change and its way back on a scratch copy of the database, for real. What the schema has become
 * is what {@code schema.verify} expects later; after the way back it has to be what it was.
 */
@Component
class SchemaTrialStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "schema.trial";
    /** Fact: milliseconds that the way back took. */
    static final String BACK_MILLIS = "backMillis";
    private static final int SPOKEN = 5;
    private static final int LISTED = 200;

    private final SqlFiles files;
    private final SchemaRecords records;
    private final ScratchCopies scratches;
    private final Backups backups;
    private final BackupShelf shelf;

    SchemaTrialStep(Material material, SqlFiles files, SchemaRecords records, ScratchCopies scratches,
            Backups backups, BackupShelf shelf) {
        super(TYPE, material);
        this.files = files;
        this.records = records;
        this.scratches = scratches;
        this.backups = backups;
        this.shelf = shelf;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            fromBackup(arguments);
            Backups.check(arguments);
            ScratchServers.check(arguments);
            files.change(arguments.required("script"));
            arguments.text("undo-script").ifPresent(files::change);
        });
    }

    private static boolean fromBackup(Arguments arguments) {
        boolean server = arguments.text("server").isPresent();
        return switch (arguments.text("from").orElse("backup")) {
            case "backup" -> true;
            case "template" -> {
                if (server) {
                    throw new BadInputException("A server copies only its own databases.",
                            "Leave ‘server’ out, or take the copy from the backup.");
                }
                yield false;
            }
            default -> throw new BadInputException("from is neither backup nor template.", "Correct it.");
        };
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        SqlScript there = files.change(arguments.required("script"));
        Optional<SqlScript> back = arguments.text("undo-script").map(files::change);
        PostgresTarget target = material().target(context);
        context.ensureOwner();
        // What an earlier run came to is proved no more.
        records.forget(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.TRIAL);
        try (ScratchCopies.Copy copy = scratches.begin(context, arguments, target, "trial")) {
            PostgresTarget scratch = filled(context, arguments, copy, target);
            return trial(context, target, scratch, there, back);
        }
    }

    /** The scratch copy, with everything that is in the database or its backup. */
    private PostgresTarget filled(StepContext context, Arguments arguments, ScratchCopies.Copy copy,
            PostgresTarget target) throws InterruptedException {
        context.intent("Make the scratch database " + copy.name() + " of " + copy.server().display());
        if (!fromBackup(arguments)) {
            return ScratchDatabase.copy(target, DatabaseSwap.maintenance(target), copy.name()).target();
        }
        ArtefactStore.Kept kept = backups.dump(context);
        boolean here = arguments.text("server").isEmpty();
        PostgresTarget scratch = ScratchDatabase.create(copy.server(), copy.name(), here).target();
        backups.with(context, kept, shelf.directory(context), file -> new DumpRestore(file, shelf.settings(),
                context::output).into(scratch, DumpRestore.Owners.NOBODY));
        return scratch;
    }

    private StepResult trial(StepContext context, PostgresTarget target, PostgresTarget scratch, SqlScript there,
            Optional<SqlScript> back) throws InterruptedException {
        context.outcome("The scratch database is there");
        SchemaSnapshot start = SchemaSnapshot.read(scratch);
        List<SchemaDifference> old = weighing(SchemaSnapshot.read(target).to(start));
        if (!old.isEmpty()) {
            return new StepResult.Failed("The scratch copy has another schema than the database now: " + words(old),
                    "The database was not touched. Take another backup, then retry.");
        }
        var run = new TrialRun(context, scratch);
        List<TrialRun.Measured> forth = run.apply(there, "there");
        forth.forEach(each -> context.output("Statement " + each.words()));
        SchemaSnapshot after = SchemaSnapshot.read(scratch);
        List<SchemaDifference> changes = start.to(after);
        changes.forEach(each -> context.output("Schema: " + each.words()));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("millis", TrialRun.took(forth).toMillis());
        facts.put("statements", forth.stream().limit(LISTED).map(TrialRun.Measured::words).toList());
        facts.put("changes", changes.stream().limit(LISTED).map(SchemaDifference::words).toList());
        Optional<StepResult> wrong = back.isPresent()
                ? undone(context, run, scratch, start, back.get(), facts)
                : Optional.empty();
        if (wrong.isPresent()) {
            return wrong.get();
        }
        context.ensureOwner();
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.TRIAL,
                new SchemaRecord(after.json(), new TreeMap<>(), new StatementFigures(false, "", Map.of()), 0),
                context.clock().instant());
        return new StepResult.Passed("%s took %,d ms on a scratch copy and changed %s. %s".formatted(
                Counted.of(forth.size(), "statement"), TrialRun.took(forth).toMillis(),
                Counted.of(changes.size(), "object"),
                back.isPresent()
                        ? "The way back took %s ms, and the schema was what it had been."
                                .formatted(facts.get(BACK_MILLIS))
                        : "No way back was named, so none is proved."),
                facts);
    }

    private Optional<StepResult> undone(StepContext context, TrialRun run, PostgresTarget scratch, SchemaSnapshot start,
            SqlScript back, Map<String, Object> facts) throws InterruptedException {
        List<TrialRun.Measured> undone = run.apply(back, "back");
        undone.forEach(each -> context.output("Way back, statement " + each.words()));
        facts.put(BACK_MILLIS, TrialRun.took(undone).toMillis());
        List<SchemaDifference> left = start.to(SchemaSnapshot.read(scratch));
        left.forEach(each -> context.output("After the way back: " + each.words()));
        List<SchemaDifference> weighing = weighing(left);
        return weighing.isEmpty()
                ? Optional.empty()
                : Optional.of(new StepResult.Failed(
                        "The way back does not lead back. Other than at the start: " + words(weighing),
                        "The database was not touched. Correct the script that takes the change back, then retry."));
    }

    /** Versions of extensions may differ between servers, and columns that were added again are the last ones. */
    private static List<SchemaDifference> weighing(List<SchemaDifference> differences) {
        return differences.stream().filter(SchemaDifference::weighs)
                .filter(each -> !each.object().startsWith("extension ")
                        || each.kind() != SchemaDifference.Kind.CHANGED)
                .toList();
    }

    private static String words(List<SchemaDifference> differences) {
        String first = String.join("; ", differences.stream().limit(SPOKEN).map(SchemaDifference::words).toList());
        return first + (differences.size() > SPOKEN
                ? "; and " + (differences.size() - SPOKEN) + " more: see the output."
                : ".");
    }
}
