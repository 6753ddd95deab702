package dev.ferryman.store.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second Ferryman off an SQLite state store. The lock is on a file of its own beside the database: a POSIX lock
 * on the database itself would be dropped, and SQLite's with it, whenever any descriptor of that file is closed. The
 * operating system lifts it when the process dies.
 */
public final class StoreLock implements AutoCloseable {
    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, creating the directory where it is missing.
     *
     * @throws StoreUnavailableException if another process holds it, or the directory cannot be written
     */
    public static StoreLock acquire(Path database) {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        try {
            Path directory = database.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw inUse(database, holder(channel));
                }
            } catch (OverlappingFileLockException sameProcess) {
                channel.close();
                throw inUse(database, "this process");
            } catch (RuntimeException | IOException e) {
                channel.close();
                throw e;
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new StoreLock(channel);
        } catch (IOException e) {
            throw new StoreUnavailableException("The state store's directory " + database.getParent()
                    + " cannot be created or written: " + e.getMessage() + ".",
                    "Give the user Ferryman runs as the right to write there, or set ferryman.store.url.", e);
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(64);
        channel.read(text, 0);
        var holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
        return holder.isEmpty() ? "another process" : holder;
    }

    private static StoreUnavailableException inUse(Path database, String holder) {
        return new StoreUnavailableException("The state store " + database + " is in use by " + holder + ".",
                "Stop the other Ferryman, or give this one a store of its own with ferryman.store.url. "
                        + "Several replicas need a PostgreSQL store.",
                null);
    }

    /** Releases the lock; the file stays, since removing it would race with the next process. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
