package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** One compressed file (ZIP, ZIP64 where it is large) with a manifest, read back after it was written. */
public final class ArchiveFile {
    /** Name of the manifest inside. */
    public static final String MANIFEST = "manifest.json";

    private ArchiveFile() {}

    /**
     * Writes it.
     *
     * @param entries files by the name they have inside
     * @param manifest text of the manifest
     * @param named where it goes
     * @throws BadInputException if it cannot be written, or an entry reads back otherwise than it was sealed; then it is not
     *         there
     */
    public static SealedFile write(Map<String, SealedFile> entries, String manifest, Path named) {
        Path part = named.resolveSibling(named.getFileName() + ".part");
        try {
            try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(part)),
                    StandardCharsets.UTF_8)) {
                zip.putNextEntry(new ZipEntry(MANIFEST));
                zip.write(manifest.getBytes(StandardCharsets.UTF_8));
                for (var entry : entries.entrySet()) {
                    zip.putNextEntry(new ZipEntry(entry.getKey()));
                    Files.copy(entry.getValue().path(), zip);
                }
            }
            requireWhole(entries, part);
            return SealedFile.finish(part, named);
        } catch (IOException e) {
            throw new BadInputException("The archive " + named + " cannot be written: " + e,
                    "What was to go into it is untouched. Make room there, then retry.", e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // The step's next run removes it.
            }
        }
    }

    private static void requireWhole(Map<String, SealedFile> entries, Path part) throws IOException {
        try (ZipFile zip = new ZipFile(part.toFile(), StandardCharsets.UTF_8)) {
            for (var entry : entries.entrySet()) {
                ZipEntry found = zip.getEntry(entry.getKey());
                if (found == null) {
                    throw new IOException(entry.getKey() + " is missing in it");
                }
                try (InputStream content = zip.getInputStream(found)) {
                    if (!SealedFile.sha256(content).equals(entry.getValue().sha256())) {
                        throw new IOException(entry.getKey() + " reads back otherwise than it was");
                    }
                }
            }
        }
    }
}
