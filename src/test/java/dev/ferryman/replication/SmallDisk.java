package dev.ferryman.replication;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of its own, small enough to fill; in memory. */
final class SmallDisk implements AutoCloseable {
    private static final byte[] BLOCK = new byte[4096];

    private final Path mount;
    private final Path path;
    private final Path ballast;

    private SmallDisk(Path mount, Path path) {
        this.mount = mount;
        this.path = path;
        this.ballast = mount.resolve("ballast");
    }

    /** Mounts one inside a directory; who has no right to mount skips the test that asks for it. */
    static SmallDisk mounted(Path directory, int mebibytes) throws IOException, InterruptedException {
        Path mount = Files.createDirectories(directory.resolve("disk"));
        if (!run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "ferryman-test", mount.toString())) {
            Files.delete(mount);
            Assumptions.abort("a full disk takes the right to mount one (root)");
        }
        return new SmallDisk(mount, Files.createDirectory(mount.resolve("data")));
    }

    /** An empty directory on it. */
    Path path() {
        return path;
    }

    /** Takes all room that is left, and what is given free while it lasts. */
    void fill(long milliseconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (System.nanoTime() < end) {
            try (var out = Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(BLOCK);
                }
            } catch (IOException full) {
                Thread.sleep(5);
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    void makeRoom() throws IOException {
        // Cut first: whoever still has it open would keep its room.
        new FileOutputStream(ballast.toFile()).close();
        Files.delete(ballast);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (!run("umount", mount.toString()) && !run("umount", "-l", mount.toString())) {
            throw new IOException(mount + " stays mounted");
        }
    }
}
