package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.duration;
import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.TableResult;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.report.Report.Section;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.SwitchSide;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of the data: plan, rows per table, differences, losses, what the probes saw. */
final class DataSections {
    private DataSections() {}

    /** The plan in force with its findings. */
    static Section plan(PlanView plan) {
        List<List<String>> rows = plan.plan().findings().stream()
                .map(finding -> List.of(finding.severity().name().toLowerCase(Locale.ROOT),
                        finding.table() == null ? "" : finding.table(),
                        finding.column() == null ? "" : finding.column(),
                        finding.message() + (finding.sql() == null ? "" : " " + finding.sql()),
                        finding.count() == 0 ? "" : number(finding.count()), String.join(", ", finding.exampleKeys())))
                .toList();
        return new Section("Plan", List.of(plan.summary(),
                "Plan " + plan.hash() + ", made at " + time(plan.created()) + "; sign-offs are bound to this hash."),
                List.of("Severity", "Table", "Column", "Finding", "Rows", "Examples"), rows);
    }

    /** What did not fit, and what was done about it. */
    static Section choices(PlanView plan) {
        return new Section("Choices", List.of("What does not fit, and what the plan in force does about it."),
                List.of("Where", "What does not fit", "Rows", "Examples", "Choice", "Effect"),
                plan.plan().decisions().stream()
                        .map(decision -> List.of(decision.place(), decision.message(),
                                decision.count() == 0 ? "" : number(decision.count()),
                                String.join(", ", decision.exampleKeys()),
                                decision.chosen().word() + (decision.explicit() ? " (chosen)" : ""),
                                decision.effect()))
                        .toList());
    }

    /** Rows per table: planned, and on both sides as the latest whole comparison counted them. */
    static Section tables(CutoverView view, List<VerificationView> verifications) {
        Optional<VerificationView> compared = verifications.reversed().stream()
                .filter(each -> each.kind() == VerificationView.Kind.SNAPSHOT).findFirst();
        Map<String, TableResult> results = new HashMap<>();
        compared.ifPresent(it -> it.tables().forEach(result -> results.put(result.table(), result)));
        List<List<String>> rows = new ArrayList<>();
        view.tables().forEach(table -> {
            @Nullable
            TableResult result = results.get(table.table());
            rows.add(List.of(table.table(), number(table.total()), result == null ? "" : number(result.sourceRows()),
                    result == null ? "" : number(result.targetRows()),
                    result == null ? "" : number(result.quarantined()),
                    result == null ? "" : number(result.differences()), number(table.bytes()), table.state().key()));
        });
        long all = view.tables().stream().mapToLong(table -> table.total()).sum();
        return new Section("Data",
                List.of(number(all, "row", "rows") + " in " + number(view.tables().size(), "table", "tables") + "; "
                        + compared.map(it -> number(it.rows(), "row was", "rows were") + " compared value by value, "
                                + number(it.differences(), "row differs", "rows differ") + ".")
                                .orElse("not compared yet.")),
                List.of("Table", "Rows planned", "Rows in SQLite", "Rows in PostgreSQL", "In quarantine", "Differences",
                        "Bytes sent",
                        "State"),
                rows);
    }

    /** One comparison with its first differences. */
    static Section verification(VerificationView verification) {
        String title = switch (verification.kind()) {
            case SNAPSHOT -> "Verification of the copy";
            case SINCE_SNAPSHOT -> "Verification of what was written since the snapshot";
            case LOSSES -> "Losses: written to PostgreSQL and given up by the rollback";
        };
        List<String> text = new ArrayList<>();
        text.add(verification.summary());
        text.add(number(verification.rows(), "row", "rows") + " compared, "
                + number(verification.differences(), "difference", "differences") + ", at " + time(verification.at())
                + "." + (verification.more() ? " The first ones follow; the CSV file has all that were kept." : ""));
        return new Section(title, text, List.of("Table", "Key", "Column", "Kind", "SQLite", "PostgreSQL"),
                verification.shown().stream()
                        .map(row -> List.of(row.table(), row.key(), row.column() == null ? "" : row.column(),
                                row.kind(), row.source() == null ? "NULL" : row.source(),
                                row.target() == null ? "NULL" : row.target()))
                        .toList());
    }

    /** What the hash-chained log holds of the verification, to hold the report against; empty where nothing passed. */
    static Optional<Section> seal(CutoverView view) {
        return view.cutover().steps().stream().map(Step::lastAttempt).flatMap(Optional::stream).map(Attempt::facts)
                .filter(facts -> facts.containsKey("seal")).reduce((_, last) -> last)
                .map(facts -> new Section("Seal of the verification",
                        List.of("The seal is the SHA-256 over the snapshot, the plan, the verdict, the rows of every table and"
                                + " what was found of the structure. The event log holds the same."),
                        List.of("What", "SHA-256"),
                        List.of(List.of("Snapshot", text(facts, "snapshot")), List.of("Plan", text(facts, "plan")),
                                List.of("Seal", text(facts, "seal")))));
    }

    private static String text(Map<String, Object> facts, String name) {
        return Objects.toString(facts.get(name), "");
    }

    /** Why and from where it went back, and what that cost. */
    static Section rollback(CutoverView view, List<VerificationView> verifications) {
        var started = view.cutover().rollback().orElseThrow();
        String from = "Started in the phase ‘" + view.cutover().template().phase(started.from()).title() + "’, "
                + switch (started.side()) {
                    case BEFORE -> "before the switch: nothing the application wrote was touched.";
                    case UNCERTAIN -> "while nobody could say whether the switch had taken effect.";
                    case AFTER -> "after the switch.";
                };
        Optional<VerificationView> listed = verifications.reversed().stream()
                .filter(each -> each.kind() == VerificationView.Kind.LOSSES).findFirst();
        Optional<String> givenUp = view.cutover().steps().stream().map(step -> step.lastAttempt())
                .flatMap(Optional::stream).filter(attempt -> attempt.facts().containsKey("lostAfter"))
                .map(attempt -> String.valueOf(attempt.what())).findFirst();
        boolean broughtBack = view.handovers().stream()
                .anyMatch(each -> each.direction() == ReplicationView.Direction.BACK);
        boolean followed = view.replication().isPresent() && view.handovers().isEmpty();
        String losses = givenUp.isPresent()
                ? givenUp.get()
                : started.side() == SwitchSide.BEFORE || broughtBack || followed
                        ? "No write was lost."
                        : listed.map(it -> it.differences() == 0
                                ? "No write was lost: PostgreSQL held what SQLite holds."
                                : number(it.differences(), "row", "rows") + " written to PostgreSQL "
                                        + (it.differences() == 1
                                                ? "is not in SQLite; it is listed below."
                                                : "are not in SQLite; they are listed below."))
                                .orElse("What was written to PostgreSQL has not been listed.");
        return Section.text("Rollback", List.of("Reason: " + started.reason(), from, losses));
    }

    /** How writes went from side to side and what was followed, where anything was. */
    static Optional<Section> live(CutoverView view) {
        if (view.replication().isEmpty() && view.handovers().isEmpty()) {
            return Optional.empty();
        }
        List<String> text = new ArrayList<>();
        view.replication().ifPresent(replication -> text.add(
                (replication.direction() == ReplicationView.Direction.FORWARD
                        ? "PostgreSQL followed SQLite: "
                        : "SQLite followed PostgreSQL: ")
                        + number(replication.changes(), "change", "changes") + " brought over, "
                        + number(replication.rows(), "row", "rows") + " written or deleted"
                        + switch (replication.state()) {
                            case ENDED -> ".";
                            case FOLLOWING -> "; " + number(replication.backlog(), "change", "changes")
                                    + " on the way, " + number(replication.unproved(), "change", "changes")
                                    + " not compared again yet.";
                            case STOPPED -> ". It is stopped: " + replication.what();
                        }));
        return Optional.of(new Section("Writes changing sides", text,
                List.of("To", "Point of no return", "Writers waited", "Application told after", "Changes drained"),
                view.handovers().stream()
                        .map(each -> List.of(
                                each.direction() == ReplicationView.Direction.FORWARD ? "PostgreSQL" : "SQLite",
                                time(each.at()), millis(each.held()), millis(each.gap()), number(each.drained())))
                        .toList()));
    }

    /** A measured time, or that it was not measured. */
    static String millis(@Nullable Duration time) {
        return time == null ? "not measured" : number(time.toMillis()) + " ms";
    }

    /** What going back would mean while that is possible. */
    static Section readiness(CutoverView view) {
        var preview = view.rollbackPreview();
        List<String> text = new ArrayList<>();
        text.add(preview.losses());
        if (!preview.steps().isEmpty()) {
            text.add("Rolling back now would take about " + duration(preview.estimate()) + ": "
                    + String.join("; ", preview.steps()) + ".");
        }
        return Section.text("Rollback readiness", text);
    }

    /** What the probes saw. */
    static Section monitors(CutoverView view) {
        return new Section("Monitors", List.of(),
                List.of("Step", "Probe", "Watched", "Threshold", "State", "Observed", "Wanted", "Result"),
                view.monitors().stream().flatMap(monitor -> monitor.probes().stream()
                        .map(probe -> List.of(monitor.title(), probe.title() + (probe.decides() ? "" : " (warns only)"),
                                probe.watched(), probe.threshold(), probe.state().key(),
                                duration(monitor.observed()) + ", " + probe.coverage() + " %",
                                duration(monitor.wanted()), probe.sentence())))
                        .toList());
    }
}
