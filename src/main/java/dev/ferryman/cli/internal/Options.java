package dev.ferryman.cli.internal;

import dev.ferryman.copy.CopyOptions;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.schema.SchemaMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that several commands share. */
final class Options {
    private Options() {}

    /** The form of a result. */
    enum Form {
        TEXT, JSON
    }

    /** Where the target's schema comes from, in the words of the command line. */
    enum Schema {
        CREATE, EXISTING;

        SchemaMode mode() {
            return switch (this) {
                case CREATE -> SchemaMode.CREATE;
                case EXISTING -> SchemaMode.EXISTING;
            };
        }
    }

    static final class Output {
        @Option(names = "--output", paramLabel = "text|json", defaultValue = "text", description = "Form of the result on standard output. Default: text.")
        Form form = Form.TEXT;

        boolean json() {
            return form == Form.JSON;
        }
    }

    static final class Target {
        @Option(names = "--target", paramLabel = "URL", description = "PostgreSQL, as postgresql://user@host:port/database or jdbc:postgresql://… . A password in"
                + " it shows in the process list: use --password-ref or PGPASSWORD instead.")
        @Nullable
        String url;

        @Option(names = "--password-ref", paramLabel = "REF", description = "Where the target's password is kept: env:NAME or file:/path.")
        @Nullable
        String passwordReference;

        boolean given() {
            return url != null;
        }

        PostgresTarget open() {
            if (url == null) {
                throw new BadInputException("No target is given.", "Name it: --target postgresql://user@host/database");
            }
            Secret password = passwordReference == null ? null : SecretReference.parse(passwordReference).resolve();
            return PostgresTarget.parse(url, password);
        }
    }

    static final class PlanFile {
        @Option(names = "--plan", paramLabel = "FILE", description = "Choices about what does not fit, as YAML; 'inspect --write-plan' writes such a file.")
        @Nullable
        Path path;
    }

    static final class Jobs {
        @Option(names = "--jobs", paramLabel = "N", description = "Parallel connections. Default: one per processor,"
                + " two to eight.")
        @Nullable
        Integer number;

        int get() {
            int jobs = number == null ? CopyOptions.defaultJobs() : number;
            if (jobs < 1 || jobs > CopyOptions.MOST_JOBS) {
                throw new BadInputException("--jobs is " + jobs + ".",
                        "Give a number from 1 to " + CopyOptions.MOST_JOBS + ".");
            }
            return jobs;
        }
    }

    static Path sourceFile(@Nullable Path source) {
        if (source == null) {
            throw new BadInputException("No source is given.", "Name the SQLite file: --source app.db");
        }
        return source;
    }
}
