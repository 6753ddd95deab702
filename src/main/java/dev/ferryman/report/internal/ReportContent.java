package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.duration;
import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.report.Report;
import dev.ferryman.report.Report.Section;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Rehearsal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what a report says. Everything in it comes from the cutover's own records. */
public final class ReportContent {
    private ReportContent() {}

    /**
     * The report as of now.
     *
     * @param verifications oldest first
     * @param events the whole log, oldest first
     * @param chain what verifying the log's hashes found
     */
    public static Report of(CutoverView view, List<VerificationView> verifications, List<LoggedEvent> events,
            EventChain.Report chain, Instant now) {
        List<Section> sections = new ArrayList<>();
        sections.add(overview(view));
        if (view.cutover().rollback().isPresent()) {
            sections.add(DataSections.rollback(view, verifications));
        } else if (!view.cutover().status().terminal()) {
            sections.add(DataSections.readiness(view));
        }
        sections.add(WorkSections.phases(view, events, now));
        DataSections.live(view).ifPresent(sections::add);
        sections.add(WorkSections.incidents(events));
        sections.add(WorkSections.signOffs(view));
        if (!view.tables().isEmpty()) {
            sections.add(DataSections.tables(view, verifications));
        }
        verifications.forEach(verification -> sections.add(DataSections.verification(verification)));
        DataSections.seal(view).ifPresent(sections::add);
        if (!view.backups().isEmpty()) {
            sections.add(BackupSection.of(view));
        }
        view.plan().ifPresent(plan -> {
            sections.add(DataSections.plan(plan));
            if (!plan.plan().decisions().isEmpty()) {
                sections.add(DataSections.choices(plan));
            }
        });
        sections.add(WorkSections.steps(view, now));
        if (!view.monitors().isEmpty()) {
            sections.add(DataSections.monitors(view));
        }
        if (view.phases().stream().map(PhaseView::steps).flatMap(List::stream)
                .anyMatch(step -> !step.step().notes().isEmpty())) {
            sections.add(WorkSections.remarks(view));
        }
        sections.add(trail(events, chain));
        return new Report((view.cutover().rehearsal() ? "Rehearsal report: " : "Cutover report: ")
                + view.cutover().name(), verdict(view, now), sections);
    }

    private static String verdict(CutoverView view, Instant now) {
        return view.cutover().rehearsal() ? rehearsed(view, now) : real(view, now);
    }

    private static String rehearsed(CutoverView view, Instant now) {
        Cutover cutover = view.cutover();
        return switch (cutover.status()) {
            case COMPLETED -> "Completed at " + time(cutover.updatedAt()) + ".";
            case ROLLED_BACK -> "Rolled back at " + time(cutover.updatedAt()) + ".";
            case ABORTED -> "Aborted at " + time(cutover.updatedAt()) + ".";
            case FAILED -> "Failed at " + time(cutover.updatedAt()) + ": its rollback was given up.";
            case ACTIVE, ROLLING_BACK -> "Not finished as of " + time(now) + ". " + view.headline();
        } + " A rehearsal: the application was not touched.";
    }

    private static String real(CutoverView view, Instant now) {
        Cutover cutover = view.cutover();
        return switch (cutover.status()) {
            case COMPLETED -> "Completed at " + time(cutover.updatedAt()) + "; the application is on PostgreSQL.";
            case ROLLED_BACK -> "Rolled back at " + time(cutover.updatedAt()) + "; the application is on SQLite.";
            case ABORTED -> "Aborted at " + time(cutover.updatedAt()) + " before anything was touched.";
            case FAILED -> "Failed at " + time(cutover.updatedAt())
                    + ": its rollback was given up. Where the application stands has to be found out by hand.";
            case ACTIVE, ROLLING_BACK -> "Not finished as of " + time(now) + ". " + view.headline();
        };
    }

    private static Section overview(CutoverView view) {
        Cutover cutover = view.cutover();
        var timing = view.timing();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Cutover", cutover.id()));
        if (cutover.rehearsal()) {
            rows.add(List.of("Rehearsal", "Yes: on a copy of the source"
                    + (view.connections().copied() == null ? "" : " taken at " + time(view.connections().copied()))
                    + ", into a staging target. What reaches the application or its traffic was not done, only told."));
        }
        rows.add(List.of("Template", cutover.template().title() + ", version " + cutover.template().version()));
        rows.add(List.of("Source", view.connections().source()));
        rows.add(List.of("Target", view.connections().target() + ", schema " + view.connections().schema()));
        rows.add(List.of("Created", time(cutover.createdAt()) + " by " + cutover.createdBy()));
        rows.add(List.of("Elapsed", duration(timing.elapsed())
                + (timing.planned().isZero()
                        ? ""
                        : " (its steps are planned to take " + duration(timing.planned()) + measured(timing.measured())
                                + ")")));
        rows.add(List.of("Downtime for writing", timing.readOnly() == null
                ? "none"
                : cutover.rehearsal()
                        ? "none; it would have been " + duration(timing.readOnly())
                        : duration(timing.readOnly())));
        rows.add(List.of("Switched", cutover.switchedAt().map(Wording::time).orElse("no")));
        view.plan().ifPresent(plan -> rows.add(List.of("Plan", plan.hash())));
        return new Section("Overview", List.of(), List.of("What", "Value"), rows);
    }

    private static String measured(@Nullable Rehearsal rehearsal) {
        return rehearsal == null
                ? ""
                : ", measured in the rehearsal ‘" + rehearsal.name() + "’ that ended at " + time(rehearsal.ended());
    }

    private static Section trail(List<LoggedEvent> events, EventChain.Report chain) {
        String head = events.isEmpty() ? "" : events.getLast().hash();
        String state = chain.broken().map(broken -> "The log is NOT as it was written, from event " + broken.seq()
                + " on: " + broken.what() + ".")
                .orElse("Every event is chained to the one before it; the log is whole.");
        return new Section("Audit trail",
                List.of(number(events.size(), "event", "events") + ". Head of the chain: " + head, state),
                List.of("#", "When", "What"),
                events.stream().map(event -> List.of(Long.toString(event.recorded().seq()),
                        time(event.recorded().at()), event.sentence())).toList());
    }
}
