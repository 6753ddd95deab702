package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The leave desk's configuration file: lines {@code KEY=VALUE}, comments with {@code #}. */
record EnvironmentFile(Path path) {
    private static final String KEY = "DATABASE_URL";

    /** Creates the file with this database unless it exists. */
    void createIfMissing(DatabaseUrl initial) {
        if (!Files.exists(path)) {
            write(List.of("# Read at start and on POST /admin/reload.", KEY + "=" + initial.configured()));
        }
    }

    /**
     * The configured database.
     *
     * @throws RequestRefusedException status 409 where the file cannot be read or has no URL, 400 where it has a bad one
     */
    DatabaseUrl databaseUrl() {
        String value = null;
        for (String line : lines()) {
            if (isUrl(line)) {
                value = unquoted(line.substring(line.indexOf('=') + 1).strip());
            }
        }
        if (value == null) {
            throw new RequestRefusedException(409, path + " has no line " + KEY + "=….");
        }
        return DatabaseUrl.parse(value);
    }

    /** Puts this database in, keeping every other line; the file changes all at once or not at all. */
    void setDatabaseUrl(DatabaseUrl url) {
        List<String> lines = new ArrayList<>(lines());
        lines.removeIf(EnvironmentFile::isUrl);
        lines.add(KEY + "=" + url.configured());
        write(lines);
    }

    private static boolean isUrl(String line) {
        String text = line.strip();
        if (text.startsWith("export ")) {
            text = text.substring("export ".length()).strip();
        }
        return text.startsWith(KEY) && text.substring(KEY.length()).strip().startsWith("=");
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.charAt(0) == value.charAt(value.length() - 1)
                && (value.charAt(0) == '"' || value.charAt(0) == '\'');
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw new RequestRefusedException(409,
                    "The environment file " + path + " cannot be read. The database in use has not changed.", e);
        }
    }

    private void write(List<String> lines) {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            if (Files.getFileStore(path.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
                // It holds a password.
                Files.createFile(part,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(part, lines);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("The environment file " + path + " cannot be written", e);
        }
    }
}
