package dev.ferryman.replication.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Rows between their reading and their sending, so that a read transaction on the application's file ends before
 * PostgreSQL is asked for anything. Small ones stay in memory, large ones go to a file only this user can read.
 */
final class Spool implements AutoCloseable {
    private static final int IN_MEMORY = 2 * 1024 * 1024;

    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Path file;
    private @Nullable OutputStream out;
    private long bytes;

    void write(byte[] from, int length) throws IOException {
        OutputStream to = out;
        if (to == null && memory.size() + length > IN_MEMORY) {
            Path made = Files.createTempFile("ferryman-", ".changes");
            file = made;
            to = Files.newOutputStream(made);
            out = to;
            memory.writeTo(to);
            memory = new ByteArrayOutputStream();
        }
        if (to == null) {
            memory.write(from, 0, length);
        } else {
            to.write(from, 0, length);
        }
        bytes += length;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    long bytes() {
        return bytes;
    }

    /** What was written, from the beginning. */
    InputStream read() throws IOException {
        if (out != null && file != null) {
            out.flush();
            return Files.newInputStream(file);
        }
        return new ByteArrayInputStream(memory.toByteArray());
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
