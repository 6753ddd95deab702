package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.report.Report.Section;
import dev.ferryman.report.internal.AttachedFiles.Condition;
import dev.ferryman.runbook.ReportTrail;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.ReportTrail.Incident;
import dev.ferryman.runbook.ReportTrail.Removal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people added to the report: lessons, the incident report, files. */
final class WrittenSections {
    private WrittenSections() {}

    /** What was learned, each with who wrote it. */
    static Section lessons(ReportTrail report) {
        return report.lessons().isEmpty()
                ? Section.text("Lessons learned", List.of("Nobody has written down a lesson."))
                : new Section("Lessons learned", List.of(), List.of("Lesson", "Person", "When"),
                        report.lessons().stream()
                                .map(lesson -> List.of(lesson.text(), lesson.author(),
                                        when(lesson.at(), lesson.corrected())))
                                .toList());
    }

    /** The incident report. */
    static Section incident(Optional<Incident> incident) {
        return incident
                .map(it -> new Section("Incident report",
                        List.of("Written by " + it.author() + ", " + when(it.at(), it.corrected()) + "."),
                        List.of("What", "Account"),
                        List.of(List.of("What happened", it.what()), List.of("Impact", known(it.impact())),
                                List.of("Cause", known(it.cause())),
                                List.of("What is done so that it does not happen again", known(it.prevention())))))
                .orElse(Section.text("Incident report", List.of("Nobody has written it yet.")));
    }

    private static String when(Instant at, boolean corrected) {
        return time(at) + (corrected ? " (corrected)" : "");
    }

    private static String known(String text) {
        return text.isEmpty() ? "not known yet" : text;
    }

    /** Every file that was attached, and whether its content is what the log says. */
    static Section files(List<Attachment> files, Map<Long, Condition> conditions) {
        long wrong = conditions.values().stream().filter(condition -> condition != Condition.WHOLE).count();
        return new Section("Attached files",
                wrong == 0
                        ? List.of()
                        : List.of(number(wrong, "file is", "files are") + " NOT as attached: see the list."),
                List.of("File", "Name", "Bytes", "SHA-256", "Attached", "Content"),
                files.stream()
                        .map(file -> List.of(Long.toString(file.number()), file.name(), number(file.size()),
                                file.sha256(), time(file.at()) + " by " + file.author(),
                                content(file, conditions)))
                        .toList());
    }

    private static String content(Attachment file, Map<Long, Condition> conditions) {
        Removal removed = file.removed();
        if (removed != null) {
            return "removed at " + time(removed.at()) + " by " + removed.author() + ": " + removed.reason();
        }
        return switch (conditions.getOrDefault(file.number(), Condition.MISSING)) {
            case WHOLE -> "as attached";
            case ALTERED -> "ALTERED: the content on the server is not what was attached";
            case MISSING -> "MISSING: the content is not on the server";
        };
    }
}
