package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.FileAttached;
import dev.ferryman.runbook.CutoverEvent.FileRemoved;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.CutoverEvent.LessonWritten;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.ReportTrail;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.ReportTrail.Incident;
import dev.ferryman.runbook.Status;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people write into the report. The only moves that a cutover which has ended still allows. */
public final class ReportMoves {
    /** Longest text in characters, as everywhere on the pages. */
    private static final int LONGEST = 4_000;
    private static final int LONGEST_NAME = 200;
    private static final int MOST_LESSONS = 100;
    private static final String RELOAD = "Load the report again, then write it into what stands there now.";

    private ReportMoves() {}

    /** Writes a lesson, or another text in the place of one. The same text once more changes nothing. */
    public static void writeLesson(Draft draft, Actor actor, String text, @Nullable Long corrects) {
        Cutover cutover = draft.cutover();
        String tried = "Write a lesson into the report";
        Refusals.unlessTakesPart(cutover, actor, tried);
        String written = text(text, "lesson", tried);
        if (written.isEmpty()) {
            throw new IllegalMoveException(tried, "it is empty.", "Write something, then try again.");
        }
        ReportTrail report = cutover.report();
        if (corrects != null && report.lessons().stream().noneMatch(lesson -> lesson.number() == corrects)) {
            throw new IllegalMoveException(tried, "the lesson it corrects does not stand in the report any more.",
                    RELOAD);
        }
        if (report.lessons().stream().anyMatch(lesson -> lesson.text().equals(written))) {
            return;
        }
        if (corrects == null && report.lessons().size() >= MOST_LESSONS) {
            throw new IllegalMoveException(tried, "it has " + MOST_LESSONS + " already.", "Correct one of them.");
        }
        draft.emit(actor, new LessonWritten(written, corrects));
    }

    /** Writes the incident report, or another one in its place. The same texts once more change nothing. */
    public static void reportIncident(Draft draft, Actor actor, IncidentReported incident) {
        Cutover cutover = draft.cutover();
        String tried = "Write the incident report";
        Refusals.unlessTakesPart(cutover, actor, tried);
        boolean happened = cutover.rollback().isPresent() || cutover.status() == Status.ABORTED;
        if (!happened) {
            throw new IllegalMoveException(tried,
                    "the cutover was not rolled back, aborted or given up.",
                    "Write down what was learned as a lesson instead.");
        }
        IncidentReported written = new IncidentReported(text(incident.what(), "account of what happened", tried),
                text(incident.impact(), "impact", tried), text(incident.cause(), "cause", tried),
                text(incident.prevention(), "prevention", tried), incident.corrects());
        if (written.what().isEmpty()) {
            throw new IllegalMoveException(tried, "it does not say what happened.", "Write that, then try again.");
        }
        Optional<Incident> stands = cutover.report().incident();
        if (stands.filter(one -> one.what().equals(written.what()) && one.impact().equals(written.impact())
                && one.cause().equals(written.cause()) && one.prevention().equals(written.prevention())).isPresent()) {
            return;
        }
        if (!Objects.equals(written.corrects(), stands.map(Incident::number).orElse(null))) {
            throw new IllegalMoveException(tried, "somebody has written another one meanwhile.", RELOAD);
        }
        draft.emit(actor, written);
    }

    /** Attaches a file whose content is kept already. */
    public static void attach(Draft draft, Actor actor, FileAttached file, int most) {
        Cutover cutover = draft.cutover();
        String tried = "Attach ‘" + file.name() + "’";
        Refusals.unlessTakesPart(cutover, actor, tried);
        if (file.name().isBlank() || file.name().length() > LONGEST_NAME) {
            throw new IllegalMoveException("Attach a file", "its name must have 1 to " + LONGEST_NAME + " characters.",
                    "Rename it, then try again.");
        }
        Optional<Attachment> same = cutover.report().attached().stream()
                .filter(one -> one.sha256().equals(file.sha256())).findFirst();
        if (same.isPresent()) {
            throw new IllegalMoveException(tried, "the same content is attached as ‘" + same.get().name() + "’.",
                    "There is nothing to do.");
        }
        if (cutover.report().attached().size() >= most) {
            throw new IllegalMoveException(tried, "the report has " + most + " files already.",
                    "Remove one of them, or put several into an archive.");
        }
        draft.emit(actor, file);
    }

    /** Removes an attached file. */
    public static void removeAttachment(Draft draft, Actor actor, FileRemoved file) {
        Cutover cutover = draft.cutover();
        String tried = "Remove an attached file";
        Refusals.unlessTakesPart(cutover, actor, tried);
        String reason = text(file.reason(), "reason", tried);
        Refusals.unlessReason(reason, tried);
        if (cutover.report().file(file.file()).filter(Attachment::attached).isEmpty()) {
            throw new IllegalMoveException(tried, "it is not attached any more.", "There is nothing to do.");
        }
        draft.emit(actor, new FileRemoved(file.file(), reason));
    }

    private static String text(String text, String what, String tried) {
        String stripped = text.strip();
        if (stripped.length() > LONGEST) {
            throw new IllegalMoveException(tried, "the " + what + " is longer than " + LONGEST + " characters.",
                    "Say it shorter, or attach a file.");
        }
        return stripped;
    }
}
