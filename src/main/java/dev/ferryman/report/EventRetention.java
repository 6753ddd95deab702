package dev.ferryman.report;

import dev.ferryman.backup.SealedFile;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.report.internal.AttachedFiles;
import dev.ferryman.report.internal.AttachedFiles.Condition;
import dev.ferryman.report.internal.ReportArchive;
import dev.ferryman.report.internal.RetentionSettings;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.EventFile;
import dev.ferryman.runbook.LogArchive;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.Runbook;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Archives cutovers that ended long ago: the report with the whole log and every row that belongs to it is written to a
 * file, read back and verified, and only then taken out of the state store. A file is named by its content, so that of two
 * that write at once neither takes the other's away; one that a crash left behind goes when the cutover is archived.
 */
@Service
public class EventRetention {
    private static final Logger LOG = LoggerFactory.getLogger(EventRetention.class);
    private static final String PREFIX = "ferryman-cutover-";
    private static final int HASH_IN_NAME = 12;

    private final LogArchive logs;
    private final EventChain chain;
    private final Runbook runbook;
    private final Reports reports;
    private final AttachedFiles files;
    private final RetentionSettings settings;
    private final Clock clock;
    private final Counter archived;
    private final Counter refused;

    EventRetention(LogArchive logs, EventChain chain, Runbook runbook, Reports reports, AttachedFiles files,
            RetentionSettings settings, Clock clock, MeterRegistry registry) {
        this.logs = logs;
        this.chain = chain;
        this.runbook = runbook;
        this.reports = reports;
        this.files = files;
        this.settings = settings;
        this.clock = clock;
        this.archived = counter(registry, "archived");
        this.refused = counter(registry, "failed");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("ferryman.archives").tag("outcome", outcome)
                .description("Ended cutovers that were taken out of the state store into an archive, or could not be")
                .register(registry);
    }

    /** Archives what is due now. What cannot be archived stays, is told of in the service's log, and is tried again. */
    public void sweep() {
        Path directory = settings.archiveDirectory();
        if (directory == null) {
            return;
        }
        for (CutoverSummary cutover : logs.due(clock.instant().minus(settings.archiveAfter()))) {
            try {
                archive(cutover.id(), directory.toAbsolutePath());
            } catch (BadInputException e) {
                refused.increment();
                LOG.error("Cutover {} stays in the state store: {} {}", cutover.id(), e.getMessage(), e.next());
            } catch (IOException | RuntimeException e) {
                refused.increment();
                LOG.error("Cutover {} could not be archived to {} and stays in the state store; it is tried again",
                        cutover.id(), directory, e);
            }
        }
        try {
            removeAttachments();
        } catch (IOException e) {
            LOG.warn("Attached files of archived cutovers could not be removed; it is tried again", e);
        }
    }

    private void archive(String id, Path directory) throws IOException {
        EventChain.Report log = chain.verify(id);
        log.broken().ifPresent(link -> {
            throw new BadInputException("its log is not as it was written, " + link.what() + ".",
                    "Run ‘ferryman verify-log’ and call whoever answers for security.");
        });
        Optional<String> needed = logs.needed(id);
        if (needed.isPresent()) {
            LOG.debug("Cutover {} is not archived yet: {}", id, needed.get());
            return;
        }
        requireWhole(id, runbook.get(id).report().attached());
        Files.createDirectories(directory);
        // Under the lock under which a log is closed: a file that a log was closed with is never among them.
        logs.open(id, () -> removeLeft(id, directory));
        Map<String, Long> rows = new HashMap<>();
        SealedFile file = write(id, directory, rows);
        prove(file, log);
        logs.close(id, new ArchivedLog(clock.instant(), file.path().toString(), file.bytes(), file.sha256(),
                log.events(), log.lastHash()), rows, () -> Files.isRegularFile(file.path()));
        archived.increment();
        LOG.info("Archived cutover {} to {}: {} events, {} bytes, SHA-256 {}", id, file.path(), log.events(),
                file.bytes(), file.sha256());
    }

    private void requireWhole(String id, List<Attachment> attached) {
        for (Attachment file : attached) {
            Condition condition = files.condition(id, file);
            if (condition != Condition.WHOLE) {
                throw new BadInputException("the attached file ‘" + file.name() + "’ is "
                        + condition.name().toLowerCase(Locale.ROOT) + " here.",
                        "Bring it back from a backup of the work directory, or remove it from the report. Where replicas"
                                + " have work directories of their own, the one that has it archives.");
            }
        }
    }

    private SealedFile write(String id, Path directory, Map<String, Long> rows) throws IOException {
        Path part = Files.createTempFile(directory, PREFIX + id + "-", ".part");
        try {
            Reports.Archive archive = reports.archive(Actor.FERRYMAN, id,
                    into -> rows.putAll(logs.read(id, (table, line) -> row(into, table, line))));
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                archive.writeTo(out);
            }
            SealedFile written = SealedFile.of(part);
            Path named = directory.resolve(PREFIX + id + "-" + written.sha256().substring(0, HASH_IN_NAME) + ".zip");
            SealedFile file = SealedFile.finish(part, named);
            Path sum = Files.createTempFile(directory, PREFIX + id + "-", ".part");
            Files.writeString(sum, file.sha256() + "  " + named.getFileName() + "\n");
            SealedFile.finish(sum, EventFile.sumOf(named));
            return file;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void row(ReportArchive into, String table, String line) {
        try {
            into.row(table, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the file back from the disk. */
    private static void prove(SealedFile file, EventChain.Report log) throws IOException {
        EventChain.Report read = EventFile.verifyArchive(file.path());
        if (!read.whole() || !read.cutoverId().equals(log.cutoverId()) || read.events() != log.events()
                || !read.lastHash().equals(log.lastHash())
                || !SealedFile.of(file.path()).sha256().equals(file.sha256())) {
            throw new IOException("The archive " + file.path() + " is not what was written");
        }
    }

    private static void removeLeft(String id, Path directory) {
        try (Stream<Path> left = Files.list(directory)) {
            for (Path file : left.filter(each -> String.valueOf(each.getFileName()).startsWith(PREFIX + id + "-"))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("What an earlier run left in " + directory + " cannot be removed", e);
        }
    }

    /** What was attached is in the archives now. */
    private void removeAttachments() throws IOException {
        for (CutoverSummary cutover : runbook.list()) {
            if (cutover.archived() != null) {
                files.sweep(cutover.id(), List.of());
            }
        }
    }
}
