package dev.ferryman.store.internal;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the state store is.
 *
 * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/DATABASE}
 * @param username PostgreSQL user, unless the URL names it
 * @param password reference to the PostgreSQL password, {@code env:NAME} or {@code file:/path}
 * @param connections size of the PostgreSQL pool; SQLite's is fixed
 * @param busyTimeout how long SQLite waits for another process's write, such as a {@code sqlite3} shell
 * @param pulse how often it is tried whether the store takes writes
 */
@ConfigurationProperties("ferryman.store")
public record StoreProperties(@DefaultValue("jdbc:sqlite:data/ferryman.db") String url, @Nullable String username,
        @Nullable String password, @DefaultValue("10") int connections, @DefaultValue("10s") Duration busyTimeout,
        @DefaultValue("5s") Duration pulse) {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRES = "jdbc:postgresql:";

    /** Refuses what is neither of the two, without repeating the URL: it may hold a password. */
    public StoreProperties {
        if (!url.startsWith(SQLITE) && !url.startsWith(POSTGRES)) {
            throw new StoreUnavailableException("ferryman.store.url is neither jdbc:sqlite:… nor jdbc:postgresql:….",
                    "Write jdbc:sqlite:data/ferryman.db, or jdbc:postgresql://host/database.", null);
        }
        if (url.startsWith(SQLITE) && (url.contains("?") || url.contains(":memory:") || url.equals(SQLITE))) {
            throw new StoreUnavailableException(
                    "ferryman.store.url must name a file: memory databases and URL parameters are not supported.",
                    "Write jdbc:sqlite:data/ferryman.db or another path.", null);
        }
        if (connections < 1) {
            throw new StoreUnavailableException("ferryman.store.connections is " + connections + ".",
                    "Give the pool at least one connection.", null);
        }
    }

    /** Whether the store is an SQLite file. */
    boolean embedded() {
        return url.startsWith(SQLITE);
    }

    /** The SQLite file. */
    Path file() {
        return Path.of(url.substring(SQLITE.length())).toAbsolutePath();
    }
}
