package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.FileAttached;
import dev.ferryman.runbook.CutoverEvent.FileRemoved;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.CutoverEvent.LessonWritten;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What people wrote, also after the end: for the report, each corrected text in the place of the one it corrects (the log keeps
 * every version), and that the application may write again.
 *
 * @param lessons  what was learned, in the order in which each was first written
 * @param reported the incident report as it stands; null where none was written
 * @param files    every file that was attached, also those that were removed
 * @param writesConfirmedAt when somebody last said that the application may write again; null where nobody has
 */
public record ReportTrail(List<Lesson> lessons, @Nullable Incident reported, List<Attachment> files,
        @Nullable Instant writesConfirmedAt) {
    static final ReportTrail EMPTY = new ReportTrail(List.of(), null, List.of(), null);

    /** Copies the lists. */
    public ReportTrail {
        lessons = List.copyOf(lessons);
        files = List.copyOf(files);
    }

    /**
     * Something that was learned.
     *
     * @param number of the event that holds it
     * @param corrected whether it stands in the place of an earlier text
     */
    public record Lesson(long number, String text, String author, Instant at, boolean corrected) {}

    /**
     * Why it did not end as planned; a text is empty where nobody knows it yet.
     *
     * @param number of the event that holds it
     * @param corrected whether it stands in the place of an earlier one
     */
    public record Incident(long number, String what, String impact, String cause, String prevention, String author,
            Instant at, boolean corrected) {}

    /**
     * A file of the report.
     *
     * @param number  of the event that attached it
     * @param size    in bytes
     * @param sha256  of its content, 64 hex digits
     * @param removed who removed it; null while it is attached
     */
    public record Attachment(long number, String name, long size, String sha256, String author, Instant at,
            @Nullable Removal removed) {
        /** Whether it is attached. */
        public boolean attached() {
            return removed == null;
        }
    }

    /** Who removed a file, when and why. */
    public record Removal(String author, Instant at, String reason) {}

    /** The incident report as it stands. */
    public Optional<Incident> incident() {
        return Optional.ofNullable(reported);
    }

    /** The files that were not removed. */
    public List<Attachment> attached() {
        return files.stream().filter(Attachment::attached).toList();
    }

    /** The file with this number, removed or not. */
    public Optional<Attachment> file(long number) {
        return files.stream().filter(file -> file.number() == number).findFirst();
    }

    ReportTrail with(RecordedEvent by, LessonWritten event) {
        Long corrects = event.corrects();
        Lesson lesson = new Lesson(by.seq(), event.text(), by.actorName(), by.at(), corrects != null);
        List<Lesson> all = corrects == null
                ? Stream.concat(lessons.stream(), Stream.of(lesson)).toList()
                : lessons.stream().map(one -> one.number() == corrects ? lesson : one).toList();
        return new ReportTrail(all, reported, files, writesConfirmedAt);
    }

    ReportTrail with(RecordedEvent by, IncidentReported event) {
        return new ReportTrail(lessons, new Incident(by.seq(), event.what(), event.impact(), event.cause(),
                event.prevention(), by.actorName(), by.at(), event.corrects() != null), files,
                writesConfirmedAt);
    }

    ReportTrail with(RecordedEvent by, FileAttached event) {
        List<Attachment> more = new ArrayList<>(files);
        more.add(new Attachment(by.seq(), event.name(), event.size(), event.sha256(), by.actorName(), by.at(), null));
        return new ReportTrail(lessons, reported, more, writesConfirmedAt);
    }

    ReportTrail with(RecordedEvent by, FileRemoved event) {
        Removal removal = new Removal(by.actorName(), by.at(), event.reason());
        return new ReportTrail(lessons, reported, files.stream()
                .map(file -> file.number() == event.file()
                        ? new Attachment(file.number(), file.name(), file.size(), file.sha256(), file.author(),
                                file.at(), removal)
                        : file)
                .toList(), writesConfirmedAt);
    }

    ReportTrail writesConfirmed(RecordedEvent by) {
        return new ReportTrail(lessons, reported, files, by.at());
    }
}
