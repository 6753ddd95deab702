package dev.ferryman.store;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.store.internal.StoreLock;
import dev.ferryman.store.internal.StoreUnavailableException;
import java.nio.file.Path;

/** The file of an SQLite state store, for whoever has to be alone with it. */
public final class StoreFile {
    private StoreFile() {}

    /**
     * Keeps every Ferryman off it until this is closed.
     *
     * @throws BadInputException if one is running on it
     */
    public static AutoCloseable alone(Path file) {
        try {
            return StoreLock.acquire(file.toAbsolutePath());
        } catch (StoreUnavailableException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), "Stop the service, then repeat the command.",
                    e);
        }
    }
}
