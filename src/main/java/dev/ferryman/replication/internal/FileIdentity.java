package dev.ferryman.replication.internal;

import dev.ferryman.replication.ReplicationFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which file a path leads to. Asks {@code stat} only (invariant I5).
 *
 * @param device number of the device; may be another one after a restart of the host
 * @param inode number of the file on it
 */
record FileIdentity(long device, long inode) {

    static FileIdentity of(Path path) {
        try {
            return new FileIdentity(number(path, "unix:dev"), number(path, "unix:ino"));
        } catch (IOException e) {
            throw new ReplicationFailedException("The source " + path + " is not there any more.",
                    "Nothing was changed. Find out who moved it, and put it back.", e);
        }
    }

    private static long number(Path path, String attribute) throws IOException {
        return Files.getAttribute(path, attribute) instanceof Number number ? number.longValue() : 0;
    }
}
