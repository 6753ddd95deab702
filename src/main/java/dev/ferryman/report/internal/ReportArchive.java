package dev.ferryman.report.internal;

import dev.ferryman.runbook.EventFile;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.ReportTrail.Attachment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A report with everything that belongs to it as a ZIP, written as it is read. */
public final class ReportArchive {
    private final ZipOutputStream zip;

    /** Writes to this stream and leaves it open. */
    public ReportArchive(OutputStream out) {
        this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    }

    /** A text as a file. */
    public void text(String name, String content) throws IOException {
        begin(name);
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** The log, as {@code ferryman verify-log --file} reads it. */
    public void events(String cutoverId, List<LoggedEvent> events) throws IOException {
        begin("events.jsonl");
        for (LoggedEvent event : events) {
            zip.write(EventFile.line(cutoverId, event).getBytes(StandardCharsets.UTF_8));
            zip.write('\n');
        }
        zip.closeEntry();
    }

    /** An attached file; one whose content is missing is left out, which the report says. */
    public void file(Attachment file, Path content) throws IOException {
        if (Files.isRegularFile(content)) {
            begin(FileLabel.inArchive(file.number(), file.name()));
            Files.copy(content, zip);
            zip.closeEntry();
        }
    }

    /** Ends the archive. */
    public void finish() throws IOException {
        zip.finish();
    }

    private void begin(String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
    }
}
