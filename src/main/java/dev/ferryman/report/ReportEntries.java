package dev.ferryman.report;

import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.report.internal.AttachedFiles;
import dev.ferryman.report.internal.AttachedFiles.Arrived;
import dev.ferryman.report.internal.FileLabel;
import dev.ferryman.report.internal.ReportSettings;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.FileAttached;
import dev.ferryman.runbook.CutoverEvent.FileRemoved;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.Runbook;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * What people add to a report, before and after the end of the cutover: lessons, the incident report, files. Each is an
 * event of the log, so that the chain of hashes proves it. Throws what {@link Runbook} throws.
 */
@Service
public class ReportEntries {
    private final Runbook runbook;
    private final AttachedFiles files;
    private final ReportSettings settings;
    /** Between giving a file its place and the event that names it, nobody else may sweep. */
    private final ReentrantLock sweeping = new ReentrantLock();

    ReportEntries(Runbook runbook, AttachedFiles files, ReportSettings settings) {
        this.runbook = runbook;
        this.files = files;
        this.settings = settings;
    }

    /** Writes a lesson, or corrects the one with this number. */
    public Cutover writeLesson(Actor actor, String cutoverId, String text, @Nullable Long corrects) {
        return runbook.writeLesson(actor, cutoverId, text, corrects);
    }

    /** Writes or corrects the incident report. */
    public Cutover reportIncident(Actor actor, String cutoverId, IncidentReported incident) {
        return runbook.reportIncident(actor, cutoverId, incident);
    }

    /** How large a file may be, as people read it: {@code 10 MiB}. */
    public String largestFile() {
        return FileTooLargeException.words(settings.largestFile());
    }

    /** How many files one report may have. */
    public int mostFiles() {
        return settings.mostFiles();
    }

    /**
     * Attaches a file.
     *
     * @param name as it was sent; only its last part is kept, as a label
     * @throws dev.ferryman.endpoint.BadInputException where it is empty or too large
     */
    public Cutover attach(Actor actor, String cutoverId, String name, InputStream content) {
        String id = runbook.get(cutoverId).id();
        try {
            Arrived arrived = files.receive(id, content);
            sweeping.lock();
            try {
                files.keep(id, arrived);
                return runbook.attach(actor, id, new FileAttached(FileLabel.of(name), arrived.size(),
                        arrived.sha256()), settings.mostFiles());
            } finally {
                files.sweep(id, runbook.get(id).report().attached());
                sweeping.unlock();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The file could not be stored", e);
        }
    }

    /** Removes an attached file: its content is deleted, its entry stays. */
    public Cutover remove(Actor actor, String cutoverId, long number, String reason) {
        sweeping.lock();
        try {
            Cutover after = runbook.removeAttachment(actor, cutoverId, new FileRemoved(number, reason));
            files.sweep(after.id(), after.report().attached());
            return after;
        } catch (IOException e) {
            throw new UncheckedIOException("The removed file could not be deleted", e);
        } finally {
            sweeping.unlock();
        }
    }

    /**
     * An attached file and where its content is.
     *
     * @throws NoSuchPartException where it is not attached, or its content is missing
     */
    public Content content(String cutoverId, long number) {
        Cutover cutover = runbook.get(cutoverId);
        Attachment file = cutover.report().file(number).filter(Attachment::attached)
                .orElseThrow(() -> new NoSuchPartException("The report has no file with the number " + number + ".",
                        "Look at its list of files."));
        Path path = files.path(cutover.id(), file.sha256());
        if (!Files.isRegularFile(path)) {
            throw new NoSuchPartException("The content of ‘" + file.name() + "’ is missing on the server.",
                    "Look for it by its SHA-256 " + file.sha256() + " in the backups of the work directory.");
        }
        return new Content(file, path);
    }

    /** A file of the report and where its content is. */
    public record Content(Attachment file, Path path) {}
}
