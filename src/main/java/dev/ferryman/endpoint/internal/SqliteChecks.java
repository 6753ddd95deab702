package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What has to hold before a SQLite file is used, each refusal with one clear line ({@code FAILURES.md}). */
public final class SqliteChecks {
    /** File systems on which SQLite's locks and the WAL's shared memory do not reach the other users of the file. */
    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of("nfs", "nfs3", "nfs4", "cifs", "smb", "smbfs",
            "smb2", "smb3", "ncpfs", "afs", "9p", "v9fs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "davfs",
            "webdav",
            "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.blobfuse", "fuse.blobfuse2", "fuse.goofys",
            "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.davfs2", "fuse.juicefs", "fuse.smbnetfs",
            "fuse.grpcfuse", "fuse.mount-s3");

    /** Opens a connection. */
    @FunctionalInterface
    public interface Opener {
        Connection open() throws SQLException;
    }

    private SqliteChecks() {}

    /** The real path of an ordinary, non-empty, readable file. Asks for nothing but {@code stat} and {@code access}. */
    public static Path realFile(Path given) {
        if (!Files.exists(given)) {
            throw new BadInputException("The source " + given + " does not exist.",
                    "Check the path on the host Ferryman runs on.");
        }
        if (Files.isDirectory(given)) {
            throw new BadInputException("The source " + given + " is a directory.",
                    "Give the path of the SQLite file itself.");
        }
        if (!Files.isRegularFile(given)) {
            throw new BadInputException("The source " + given + " is not an ordinary file.",
                    "Give the path of the SQLite file itself.");
        }
        try {
            var real = given.toRealPath();
            if (!Files.isReadable(real)) {
                throw new BadInputException("The source " + given + " may not be read.",
                        "Give the user Ferryman runs as the right to read it.");
            }
            if (Files.size(real) == 0) {
                throw new BadInputException("The source " + given + " is empty (0 bytes): it holds no database.",
                        "Check that this is the file the application uses.");
            }
            return real;
        } catch (IOException e) {
            throw new BadInputException("The source " + given + " cannot be reached.",
                    "Check the path and the rights of the directories above it.", e);
        }
    }

    /** Refuses a live file whose locks would not be seen by the application's host (invariant I5). */
    public static void refuseNetworkFileSystem(Path file) {
        try {
            refuseNetworkFileSystem(file, Files.getFileStore(file).type());
        } catch (IOException e) {
            throw new BadInputException("The file system of " + file + " cannot be determined.",
                    "Check that the volume is mounted.", e);
        }
    }

    /** As above, for a file system type as the operating system names it. */
    public static void refuseNetworkFileSystem(Path file, String type) {
        if (NETWORK_FILE_SYSTEMS.contains(type.toLowerCase(Locale.ROOT))) {
            throw new BadInputException(
                    "The source " + file + " is on a network file system (" + type
                            + "), where SQLite's locks do not reach the application's host.",
                    "Run Ferryman on the host (or node) whose local disk holds the file.");
        }
    }

    /**
     * Refuses a file whose last writer died in the middle of a transaction. SQLite would roll it back at the first read;
     * that is for the application or a person to start, not for a reader that promised to change nothing.
     *
     * @param readOnly opens the file so that SQLite cannot roll back
     */
    public static void refuseHotJournal(Path file, Opener readOnly) {
        try {
            var journal = Path.of(file + "-journal");
            if (!Files.exists(journal) || Files.size(journal) == 0) {
                return;
            }
        } catch (IOException _) {
            // It went away between the two questions: its writer is alive.
            return;
        }
        try (var connection = readOnly.open(); var statement = connection.createStatement()) {
            statement.executeQuery("PRAGMA schema_version").close();
        } catch (SQLException e) {
            if (e instanceof SQLiteException sqlite
                    && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_READONLY_ROLLBACK) {
                throw new BadInputException(
                        "The source " + file + " has a hot journal: a writer died in the middle of a transaction.",
                        "Start the application once (or open the file with sqlite3) so that SQLite rolls it back.", e);
            }
            throw refusal(file, e);
        }
    }

    /** Refuses what is no database, encrypted, damaged, truncated or locked. */
    public static void refuseUnreadable(Path file, Opener opener) {
        try (var connection = opener.open(); var statement = connection.createStatement()) {
            statement.execute("BEGIN");
            long pages;
            long pageSize;
            String journalMode;
            try (var rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
                rows.next();
            }
            try (var rows = statement.executeQuery("PRAGMA page_count")) {
                pages = rows.getLong(1);
            }
            try (var rows = statement.executeQuery("PRAGMA page_size")) {
                pageSize = rows.getLong(1);
            }
            try (var rows = statement.executeQuery("PRAGMA journal_mode")) {
                journalMode = rows.getString(1);
            }
            // In WAL mode pages may live in the log, so the file alone is allowed to be shorter.
            var expected = pages * pageSize;
            var actual = Files.size(file);
            if (!"wal".equalsIgnoreCase(journalMode) && actual < expected) {
                throw new BadInputException("The source " + file + " is truncated: its header promises " + expected
                        + " bytes, the file has " + actual + ".",
                        "Restore it from a backup, or recover it with sqlite3.");
            }
            statement.execute("COMMIT");
        } catch (SQLException e) {
            throw refusal(file, e);
        } catch (IOException e) {
            throw new BadInputException("The source " + file + " went away while it was checked.",
                    "Check that nothing moves or replaces the file.", e);
        }
    }

    private static BadInputException refusal(Path file, SQLException e) {
        var code = e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
            case SQLITE_NOTADB -> new BadInputException(
                    "The source " + file + " is not a SQLite database, or it is encrypted.",
                    "Check the path; an encrypted file has to be decrypted by the application first.", e);
            case SQLITE_CORRUPT -> new BadInputException(
                    "The source " + file + " is damaged or truncated: SQLite says " + code + ".",
                    "Run sqlite3's integrity_check, and restore the file from a backup or recover it.", e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new BadInputException(
                    "The source " + file + " is locked: another program holds it exclusively.",
                    "Find who holds it (locking_mode=EXCLUSIVE, a long transaction, a backup) and try again.", e);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM -> new BadInputException(
                    "The source " + file + " cannot be opened: SQLite says " + code + ".",
                    "Give the user Ferryman runs as the right to read and write the file, its -wal and -shm files and"
                            + " their directory (a WAL database needs it for reading too).",
                    e);
            default -> new BadInputException("The source " + file + " cannot be read: SQLite says " + code + ".",
                    "Check the disk and the rights, then try again.", e);
        };
    }
}
