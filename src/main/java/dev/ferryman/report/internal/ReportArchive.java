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
import org.jspecify.annotations.Nullable;

/** A report with everything that belongs to it as a ZIP, written as it is read. */
public final class ReportArchive {
    private final ZipOutputStream zip;
    private @Nullable String table;

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
        begin(EventFile.NAME);
        for (LoggedEvent event : events) {
            zip.write(EventFile.line(cutoverId, event).getBytes(StandardCharsets.UTF_8));
            zip.write('\n');
        }
        zip.closeEntry();
    }

    /** A row of the state store, in a file of its table. Rows of one table come one after the other. */
    public void row(String ofTable, String line) throws IOException {
        if (!ofTable.equals(table)) {
            endOfTable();
            begin("rows/" + ofTable + ".jsonl");
            table = ofTable;
        }
        zip.write(line.getBytes(StandardCharsets.UTF_8));
        zip.write('\n');
    }

    private void endOfTable() throws IOException {
        if (table != null) {
            zip.closeEntry();
            table = null;
        }
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
        endOfTable();
        zip.finish();
    }

    private void begin(String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
    }
}
