package dev.ferryman.cutover.internal;

import dev.ferryman.backup.Backup;
import dev.ferryman.backup.TargetDump;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code backup.target}: a dump of the target by {@code pg_dump}, whose table of contents is read back. A run that was cut
 * off left nothing that counts; it begins anew.
 */
@Component
class BackupTargetStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "backup.target";

    private final BackupShelf shelf;

    BackupTargetStep(Material material, BackupShelf shelf) {
        super(TYPE, material);
        this.shelf = shelf;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return shelf.check(with);
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        PostgresTarget target = material().target(context);
        context.ensureOwner();
        Path directory = shelf.directory(context);
        var dump = new TargetDump(target, shelf.settings().tools(), shelf.settings().timeLimit(), context.clock());
        long written = SchemaLook.written(target);
        Backup backup = dump.take(directory, context::output);
        String second = shelf.keep(context, backup);
        context.output("SHA-256 " + backup.sha256());
        return new StepResult.Passed("%s: %,d bytes in %s. Its table of contents was read back: %s, all %s (%s)%s.%s"
                .formatted(backup.tool(), backup.bytes(), Watching.spoken(backup.took()),
                        Counted.of(backup.entries(), "entry", "entries"), Counted.of(backup.rows().size(), "table"),
                        Counted.of(backup.totalRows(), "row"), planned(context, backup), second),
                withWritten(facts(backup), written));
    }

    /** So that what was written since can be counted. */
    private static Map<String, Object> withWritten(Map<String, Object> facts, long written) {
        facts.put(RestoreProspect.WRITTEN, written);
        return facts;
    }

    /** How many of the plan's tables are in it; before the copy there are none. */
    private String planned(StepContext context, Backup backup) {
        return material().plan(context).map(PlanView::plan)
                .map(plan -> ", " + plan.tables().stream()
                        .filter(table -> backup.rows().containsKey(table.targetSchema() + "." + table.target()))
                        .count() + " of the plan's " + plan.tables().size() + " among them")
                .orElse("");
    }

    /** What later steps and people can read of a backup. */
    static Map<String, Object> facts(Backup backup) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("path", backup.path().toString());
        facts.put("sha256", backup.sha256());
        facts.put("bytes", backup.bytes());
        facts.put("takenAt", backup.takenAt().toString());
        facts.put("tookMillis", backup.took().toMillis());
        facts.put("tables", backup.rows().size());
        facts.put("rows", backup.totalRows());
        return facts;
    }
}
