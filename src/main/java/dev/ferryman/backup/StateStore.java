package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where Ferryman keeps its own state. */
public sealed interface StateStore {
    /** An SQLite file. */
    record Sqlite(Path file) implements StateStore {
        @Override
        public String display() {
            return file.toString();
        }
    }

    /** A PostgreSQL database. */
    record Postgres(PostgresTarget database) implements StateStore {
        @Override
        public String display() {
            return database.display();
        }
    }

    /** As it may be shown. */
    String display();

    /**
     * The store of a URL as {@code ferryman.store.url} has it.
     *
     * @param user null where the URL names it
     */
    static StateStore of(String url, @Nullable String user, @Nullable Secret password) {
        String sqlite = "jdbc:sqlite:";
        if (url.startsWith(sqlite)) {
            return new Sqlite(Path.of(url.substring(sqlite.length())).toAbsolutePath());
        }
        String whole = user == null
                ? url
                : url + (url.contains("?") ? "&" : "?") + "user=" + URLEncoder.encode(user, StandardCharsets.UTF_8);
        return new Postgres(PostgresTarget.parse(whole, password));
    }

    /** Refuses a store that is not there. */
    default void requireThere() {
        if (this instanceof Sqlite sqlite && !Files.isRegularFile(sqlite.file())) {
            throw new BadInputException("There is no state store " + sqlite.file() + ".",
                    "Name the one that the service uses: --store jdbc:sqlite:FILE or --store jdbc:postgresql://…");
        }
    }
}
