package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.VerificationView;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.StructureFinding;
import dev.ferryman.verify.TableVerification;
import dev.ferryman.verify.Verification;
import dev.ferryman.verify.VerificationResult;
import dev.ferryman.verify.VerifyListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Compares a SQLite file with the target for a step and keeps what was found. */
@Component
class Comparison {
    private final Material material;
    private final VerificationStore store;
    private final DataPlaneMetrics meters;

    Comparison(Material material, VerificationStore store, DataPlaneMetrics meters) {
        this.material = material;
        this.store = store;
        this.meters = meters;
    }

    /** What was found and under which number it is kept. */
    record Found(VerificationResult result, long id, String summary) {}

    /** Compares the snapshot with what was copied from it; a step that was killed goes on after what it had compared. */
    Found snapshot(StepContext context, Material.Taken snapshot, int listedPerTable) throws InterruptedException {
        Plan plan = material.requiredPlan(context);
        VerificationResult result = Verification.resumable(snapshot.open(), snapshot.sha256(),
                material.target(context), plan, material.verifyOptions(context, listedPerTable),
                listener(context, plan));
        result.tables().forEach(table -> meters.differing(context.cutoverId(), table.table(), table.differing()));
        return kept(context, VerificationView.Kind.SNAPSHOT, result);
    }

    /** Compares another state of the source. */
    Found run(StepContext context, SqliteSource file, VerificationView.Kind kind, int listedPerTable)
            throws InterruptedException {
        Plan plan = material.requiredPlan(context);
        return kept(context, kind, Verification.run(file, material.target(context), plan,
                material.verifyOptions(context, listedPerTable), listener(context, plan)));
    }

    private Found kept(StepContext context, VerificationView.Kind kind, VerificationResult result) {
        result.structure().stream().filter(finding -> finding.severity() == StructureFinding.Severity.FAILURE)
                .forEach(finding -> context.output(finding.message()));
        String summary = summary(result);
        context.ensureOwner();
        long id = store.add(context.cutoverId(), context.stepKey(), context.attempt(), kind, result, summary);
        return new Found(result, id, summary);
    }

    private static String summary(VerificationResult result) {
        List<String> parts = new ArrayList<>();
        if (result.differingRows() == 0) {
            parts.add(Counted.of(result.sourceRows(), "row") + " of " + Counted.of(result.tables().size(), "table")
                    + " compared value by value, all equal");
        } else {
            parts.add(Counted.of(result.differingRows(), "row differs", "rows differ"));
            parts.add(byTable(result));
        }
        if (result.quarantinedRows() > 0) {
            parts.add(Counted.of(result.quarantinedRows(), "row is", "rows are") + " whole in quarantine");
        }
        if (result.resumedRows() > 0) {
            parts.add(Counted.of(result.resumedRows(), "of these rows was", "of these rows were")
                    + " compared before an interruption, and not changed since");
        }
        long objects = result.structure().stream()
                .filter(finding -> finding.severity() == StructureFinding.Severity.FAILURE).count();
        if (objects > 0) {
            parts.add(Counted.of(objects, "object is", "objects are") + " not as planned");
        }
        if (result.error() != null) {
            parts.add("not everything could be compared: " + result.error());
        }
        return String.join("; ", parts) + ".";
    }

    /** Tables that differ, with what differs in each. */
    static String byTable(VerificationResult result) {
        return result.tables().stream().filter(table -> table.differing() > 0).map(Comparison::table)
                .collect(Collectors.joining(", "));
    }

    private static String table(TableVerification table) {
        List<String> kinds = new ArrayList<>();
        if (table.missing() > 0) {
            kinds.add("%,d missing in PostgreSQL".formatted(table.missing()));
        }
        if (table.extra() > 0) {
            kinds.add("%,d only in PostgreSQL".formatted(table.extra()));
        }
        if (table.changed() > 0) {
            kinds.add("%,d with other values".formatted(table.changed()));
        }
        return table.table() + " (" + String.join(", ", kinds) + ")";
    }

    private VerifyListener listener(StepContext context, Plan plan) {
        Map<String, Long> totals = plan.tables().stream().collect(Collectors.toMap(TablePlan::source, TablePlan::rows));
        Map<String, AtomicLong> compared = new ConcurrentHashMap<>();
        return new VerifyListener() {
            @Override
            public void rowsCompared(String table, long rows) {
                long sum = compared.computeIfAbsent(table, _ -> new AtomicLong()).addAndGet(rows);
                context.progress(table, sum, totals.getOrDefault(table, 0L), 0);
                meters.compared(context.cutoverId(), table, rows);
            }
        };
    }
}
