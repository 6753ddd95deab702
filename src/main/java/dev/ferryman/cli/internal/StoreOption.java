package dev.ferryman.cli.internal;

import dev.ferryman.backup.PostgresTools;
import dev.ferryman.backup.StateStore;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.runbook.EventChain;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import picocli.CommandLine.Option;

/** Which state store a command is about, and what proves one. */
final class StoreOption {
    @Option(names = "--store", paramLabel = "URL", defaultValue = "${env:FERRYMAN_STORE_URL:-jdbc:sqlite:data/ferryman.db}", description = "The service's state store, jdbc:sqlite:FILE or jdbc:postgresql://… . Default: FERRYMAN_STORE_URL"
            + " of the environment, else jdbc:sqlite:data/ferryman.db.")
    String url = "jdbc:sqlite:data/ferryman.db";

    @Option(names = "--password-ref", paramLabel = "REF", defaultValue = "${env:FERRYMAN_STORE_PASSWORD}", description = "Where PostgreSQL's password is kept: env:NAME or file:/path. Default:"
            + " FERRYMAN_STORE_PASSWORD of the environment, which holds such a reference, else PGPASSWORD.")
    @Nullable
    String passwordReference;

    @Option(names = "--postgres-tools", paramLabel = "DIR", description = "Directory of pg_dump and pg_restore. Default: PATH and /usr/lib/postgresql.")
    @Nullable
    Path tools;

    StateStore store() {
        return StateStore.of(url, System.getenv("FERRYMAN_STORE_USERNAME"),
                passwordReference == null || passwordReference.isEmpty()
                        ? null
                        : SecretReference.parse(passwordReference).resolve());
    }

    PostgresTools tools() {
        return new PostgresTools(tools, Objects.requireNonNullElse(System.getenv("PATH"), ""), PostgresTools.DEBIAN);
    }

    /** The logs in a store in which an event is not as it was written. */
    static List<String> brokenLogs(Connection connection) {
        return new EventChain(new SingleConnectionDataSource(connection, true)).broken();
    }
}
