package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** Opens the service's state store for reading, beside a service that may be running. */
final class StateStoreReader {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final int BUSY_MILLIS = 10_000;

    private StateStoreReader() {}

    /**
     * A connection that cannot write.
     *
     * @throws BadInputException if there is no such store, or it cannot be reached
     */
    static Connection open(String url, @Nullable String passwordReference) {
        return url.startsWith(SQLITE)
                ? sqlite(Path.of(url.substring(SQLITE.length())))
                : postgres(url,
                        passwordReference);
    }

    private static Connection sqlite(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException("There is no state store " + file + ".",
                    "Name the one that the service uses: --store jdbc:sqlite:FILE or --store jdbc:postgresql://…");
        }
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        try {
            return config.createConnection(SQLITE + file);
        } catch (SQLException e) {
            throw unreachable(file.toString(), e);
        }
    }

    private static Connection postgres(String url, @Nullable String passwordReference) {
        Secret password = passwordReference == null || passwordReference.isEmpty()
                ? null
                : SecretReference.parse(passwordReference).resolve();
        PostgresTarget store = PostgresTarget.parse(url, password);
        try {
            Connection connection = store.connect();
            connection.setReadOnly(true);
            return connection;
        } catch (SQLException e) {
            throw unreachable(store.display(), e);
        }
    }

    private static BadInputException unreachable(String store, SQLException e) {
        return new BadInputException("The state store " + store + " cannot be opened: " + e.getMessage(),
                "Check --store, the password, and that the server is up.", e);
    }
}
