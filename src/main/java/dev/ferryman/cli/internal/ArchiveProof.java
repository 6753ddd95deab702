package dev.ferryman.cli.internal;

import dev.ferryman.backup.SealedFile;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.EventChain.BrokenLink;
import dev.ferryman.runbook.EventFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Proves logs that are in files: of a report, or of a cutover that was taken out of the state store. */
final class ArchiveProof {
    private static final byte[] ZIP = {'P', 'K'};

    private ArchiveProof() {}

    /**
     * Verifies a file by itself; where its checksum is kept beside it, that as well.
     *
     * @throws BadInputException where it is neither an archive nor a log
     */
    static EventChain.Report of(Path file) {
        try {
            EventChain.Report report = isZip(file) ? EventFile.verifyArchive(file) : lines(file);
            Path sum = EventFile.sumOf(file);
            return !Files.isRegularFile(sum) || Files.readString(sum).startsWith(SealedFile.of(file).sha256() + " ")
                    ? report
                    : broken(report, "the file is not the one whose checksum is in " + sum);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("‘" + file + "’ holds no event log: " + e.getMessage() + ".",
                    "Give the archive of a report or of a cutover, or its " + EventFile.NAME + ".", e);
        } catch (IOException e) {
            throw new BadInputException("‘" + file + "’ cannot be read: " + e.getMessage(),
                    "Check that it exists, is whole, and may be read; of an archive take another copy.", e);
        }
    }

    /** Verifies the archive that a log was closed with, where it is now; a log that is here goes through. */
    static EventChain.Report with(EventChain.Report report, Path directory) {
        ArchivedLog archived = report.archived().orElse(null);
        if (archived == null || !report.whole()) {
            return report;
        }
        Path file = directory.resolve(String.valueOf(Path.of(archived.file()).getFileName()));
        if (!Files.isRegularFile(file)) {
            return broken(report, "its archive is not there: " + file);
        }
        try {
            if (!SealedFile.of(file).sha256().equals(archived.sha256())) {
                return broken(report, file + " is not the archive that the log was closed with");
            }
            EventChain.Report inside = EventFile.verifyArchive(file);
            return inside.whole() && inside.cutoverId().equals(report.cutoverId())
                    && inside.lastHash().equals(archived.lastHash())
                            ? report
                            : broken(report, "the log in " + file + " is not the one that was closed");
        } catch (IllegalArgumentException | IOException e) {
            return broken(report, file + " cannot be read: " + e.getMessage());
        }
    }

    private static EventChain.Report broken(EventChain.Report report, String what) {
        return new EventChain.Report(report.cutoverId(), report.events(), report.lastHash(),
                report.broken().or(() -> Optional.of(new BrokenLink(report.events(), what))), report.archived());
    }

    private static EventChain.Report lines(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return EventFile.verify(lines);
        }
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
        }
    }
}
