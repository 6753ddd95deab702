package dev.ferryman.report.internal;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.StepView;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.report.Report;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts together what a report says. Everything in it comes from the cutover's own records. */
public final class ReportContent {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ReportContent() {}

    /**
     * The report as of now.
     *
     * @param verifications oldest first
     * @param events the whole log, oldest first
     */
    public static Report of(CutoverView view, List<VerificationView> verifications,
            List<LoggedEvent> events, Instant now) {
        List<Report.Section> sections = new ArrayList<>();
        sections.add(overview(view));
        if (view.cutover().rollback().isPresent()) {
            sections.add(rollback(view));
        }
        sections.add(steps(view, now));
        sections.add(signOffs(view));
        view.plan().ifPresent(plan -> sections.add(plan(plan)));
        if (!view.tables().isEmpty()) {
            sections.add(tables(view));
        }
        verifications.forEach(verification -> sections.add(verification(verification)));
        if (!view.monitors().isEmpty()) {
            sections.add(monitors(view));
        }
        sections.add(trail(events));
        return new Report("Cutover report: " + view.cutover().name(), verdict(view, now), sections);
    }

    private static String verdict(CutoverView view, Instant now) {
        Cutover cutover = view.cutover();
        return switch (cutover.status()) {
            case COMPLETED -> "Completed at " + time(cutover.updatedAt()) + ".";
            case ROLLED_BACK -> "Rolled back at " + time(cutover.updatedAt()) + "; the application is on SQLite.";
            case ABORTED -> "Aborted at " + time(cutover.updatedAt()) + " before anything was touched.";
            case FAILED -> "Failed at " + time(cutover.updatedAt())
                    + ": its rollback was given up. Where the application stands has to be found out by hand.";
            case ACTIVE, ROLLING_BACK -> "Not finished as of " + time(now) + ": " + view.headline();
        };
    }

    private static Report.Section overview(CutoverView view) {
        Cutover cutover = view.cutover();
        var timing = view.timing();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Template", cutover.template().title() + ", version " + cutover.template().version()));
        rows.add(List.of("Source", view.connections().source()));
        rows.add(List.of("Target", view.connections().target() + ", schema " + view.connections().schema()));
        rows.add(List.of("Created", time(cutover.createdAt()) + " by " + cutover.createdBy()));
        rows.add(List.of("Elapsed", duration(timing.elapsed())
                + (timing.planned().isZero() ? "" : " (planned " + duration(timing.planned()) + ")")));
        rows.add(List.of("Application read-only", timing.readOnly() == null
                ? "not yet"
                : duration(timing.readOnly())));
        rows.add(List.of("Switched", cutover.switchedAt().map(ReportContent::time).orElse("no")));
        return new Report.Section("Overview", List.of(), List.of("What", "Value"), rows);
    }

    private static Report.Section rollback(CutoverView view) {
        var started = view.cutover().rollback().orElseThrow();
        return Report.Section.text("Rollback", List.of("Reason: " + started.reason(),
                "Started in the phase " + started.from().key() + ", "
                        + switch (started.side()) {
                            case BEFORE -> "before the switch: nothing the application wrote was touched.";
                            case UNCERTAIN -> "while nobody could say whether the switch had taken effect.";
                            case AFTER -> "after the switch.";
                        }));
    }

    private static Report.Section steps(CutoverView view, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            for (StepView shown : phase.steps()) {
                Step step = shown.step();
                if (step.attempts().isEmpty() && step.acceptance().isEmpty()) {
                    continue;
                }
                Attempt last = step.attempts().isEmpty() ? null : step.attempts().getLast();
                rows.add(List.of(phase.title(), step.title(), step.status().key(),
                        last == null ? "" : time(last.startedAt()), last == null ? "" : duration(last.took(now)),
                        Integer.toString(step.attempts().size()), outcome(step, last)));
            }
        }
        return new Report.Section("What was done", List.of(),
                List.of("Phase", "Step", "Outcome", "Started", "Took", "Attempts", "Result"), rows);
    }

    private static String outcome(Step step, @Nullable Attempt last) {
        String result = last == null ? "" : last.what();
        if (last != null && last.evidence() != null && !last.evidence().isBlank()) {
            result = result.isBlank() ? "Evidence: " + last.evidence() : result + " Evidence: " + last.evidence();
        }
        return step.acceptance()
                .map(acceptance -> "Accepted by " + acceptance.name() + " as " + acceptance.role() + ": "
                        + acceptance.reason())
                .orElse(result);
    }

    private static Report.Section signOffs(CutoverView view) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            phase.gate().ifPresent(gate -> gate.rows().forEach(row -> rows.add(List.of(gate.gate().definition().title(),
                    row.role(), row.signOff().map(signOff -> signOff.name()).orElse("not signed"),
                    row.signOff().map(signOff -> time(signOff.at())).orElse(""),
                    row.signOff().map(signOff -> signOff.comment()).orElse("")))));
        }
        return new Report.Section("Sign-off", List.of(), List.of("Gate", "Role", "Person", "When", "Comment"), rows);
    }

    private static Report.Section plan(PlanView plan) {
        List<List<String>> rows = plan.plan().findings().stream()
                .map(finding -> List.of(finding.severity().name().toLowerCase(Locale.ROOT),
                        finding.table() == null ? "" : finding.table(),
                        finding.column() == null ? "" : finding.column(), finding.message(),
                        finding.count() == 0 ? "" : number(finding.count()), String.join(", ", finding.exampleKeys())))
                .toList();
        return new Report.Section("Plan",
                List.of(plan.summary(), "Plan " + plan.hash() + ", made at " + time(plan.created()) + "."),
                List.of("Severity", "Table", "Column", "Finding", "Rows", "Examples"), rows);
    }

    private static Report.Section tables(CutoverView view) {
        return new Report.Section("Data", List.of(), List.of("Table", "Rows", "Bytes", "State"),
                view.tables().stream()
                        .map(table -> List.of(table.table(), number(table.rows()), number(table.bytes()),
                                table.state().name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    private static Report.Section verification(VerificationView verification) {
        String title = switch (verification.kind()) {
            case SNAPSHOT -> "Verification";
            case SINCE_SNAPSHOT -> "Writes since the snapshot";
            case LOSSES -> "Writes to PostgreSQL that the rollback gave up";
        };
        List<String> text = new ArrayList<>();
        text.add(verification.summary());
        text.add(number(verification.rows()) + " rows compared, " + number(verification.differences())
                + " differences, at " + time(verification.at()) + "."
                + (verification.more() ? " The first ones follow; the CSV file has all that were kept." : ""));
        return new Report.Section(title, text, List.of("Table", "Key", "Column", "Kind", "SQLite", "PostgreSQL"),
                verification.shown().stream()
                        .map(row -> List.of(row.table(), row.key(), row.column() == null ? "" : row.column(),
                                row.kind(), value(row.source()),
                                value(row.target())))
                        .toList());
    }

    private static Report.Section monitors(CutoverView view) {
        return new Report.Section("Monitors", List.of(), List.of("Step", "Address", "State", "Observed", "Result"),
                view.monitors().stream()
                        .map(monitor -> List.of(monitor.step(), monitor.url(),
                                monitor.state().name().toLowerCase(Locale.ROOT), duration(monitor.observed()),
                                monitor.sentence()))
                        .toList());
    }

    private static Report.Section trail(List<LoggedEvent> events) {
        String last = events.isEmpty() ? "" : events.getLast().hash();
        return new Report.Section("Audit trail",
                List.of(events.size() + " events; the hash of the last one, " + last + ", seals them all."),
                List.of("#", "When", "What"),
                events.stream().map(event -> List.of(Long.toString(event.recorded().seq()),
                        time(event.recorded().at()), event.sentence())).toList());
    }

    private static String value(@Nullable String given) {
        return given == null ? "NULL" : given;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }

    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
}
