package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.report.Report;
import dev.ferryman.report.Report.Section;
import dev.ferryman.report.internal.AttachedFiles.Condition;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts together what a report says. Everything in it comes from the cutover's own records. */
public final class ReportContent {
    private ReportContent() {}

    /**
     * What a report is made of.
     *
     * @param verifications oldest first
     * @param events the whole log, oldest first
     * @param chain what verifying the log's hashes found
     * @param files the condition of every attached file, by its number
     * @param rehearsed rehearsals of the same move that were rolled back before it ended, the latest first
     */
    public record Material(CutoverView view, List<VerificationView> verifications, List<LoggedEvent> events,
            EventChain.Report chain, Map<Long, Condition> files, List<Rehearsal> rehearsed) {}

    /** The report as of now. */
    public static Report of(Material material, Instant now) {
        CutoverView view = material.view();
        List<Section> sections = new ArrayList<>();
        outline(material, now, sections);
        details(material, now, sections);
        return new Report((view.cutover().rehearsal() ? "Rehearsal report: " : "Cutover report: ")
                + view.cutover().name(), verdict(view, now), sections);
    }

    /** What RUNBOOKS.md, B asks of a report, in its order. */
    private static void outline(Material material, Instant now, List<Section> sections) {
        CutoverView view = material.view();
        Cutover cutover = view.cutover();
        sections.add(OutlineSections.overview(view));
        cutover.rollback().ifPresent(_ -> sections.add(DataSections.rollback(view, material.verifications())));
        if (cutover.rollback().isPresent() || cutover.status() == Status.ABORTED) {
            sections.add(WrittenSections.incident(cutover.report().incident()));
        }
        sections.add(OutlineSections.preDeployment(view, now));
        sections.add(OutlineSections.execution(view, now));
        WorkSections.recoveries(view, now).ifPresent(sections::add);
        sections.add(OutlineSections.postDeployment(view, material.events(), now));
        sections.add(WrittenSections.lessons(cutover.report()));
        sections.add(OutlineSections.rollbackCapability(view, material.events(), material.rehearsed(), now));
        sections.add(OutlineSections.gates(view));
        sections.add(WorkSections.signOffs(view));
    }

    private static void details(Material material, Instant now, List<Section> sections) {
        CutoverView view = material.view();
        if (!view.cutover().status().terminal() && view.cutover().rollback().isEmpty()) {
            sections.add(DataSections.readiness(view));
        }
        sections.add(WorkSections.phases(view, material.events(), now));
        DataSections.live(view).ifPresent(sections::add);
        sections.add(WorkSections.incidents(material.events()));
        if (!view.tables().isEmpty()) {
            sections.add(DataSections.tables(view, material.verifications()));
        }
        material.verifications().forEach(verification -> sections.add(DataSections.verification(verification)));
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
        if (!view.monitors().isEmpty()) {
            sections.add(DataSections.monitors(view));
        }
        WorkSections.remarks(view).ifPresent(sections::add);
        if (!view.cutover().report().files().isEmpty()) {
            sections.add(WrittenSections.files(view.cutover().report().files(), material.files()));
        }
        sections.add(trail(material.events(), material.chain()));
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
            case COMPLETED -> "Completed at " + time(cutover.updatedAt())
                    + (cutover.template().hasSource()
                            ? "; the application is on PostgreSQL."
                            : "; the schema is changed.");
            case ROLLED_BACK -> "Rolled back at " + time(cutover.updatedAt())
                    + (cutover.template().hasSource()
                            ? "; the application is on SQLite."
                            : "; the schema is as before.");
            case ABORTED -> "Aborted at " + time(cutover.updatedAt()) + " before anything was touched.";
            case FAILED -> "Failed at " + time(cutover.updatedAt())
                    + ": its rollback was given up. Where the application stands has to be found out by hand.";
            case ACTIVE, ROLLING_BACK -> "Not finished as of " + time(now) + ". " + view.headline();
        };
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
