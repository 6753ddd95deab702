package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.Origin;
import dev.ferryman.schemachange.Review;
import dev.ferryman.schemachange.ReviewContext;
import dev.ferryman.schemachange.ReviewJson;
import dev.ferryman.schemachange.ReviewSarif;
import dev.ferryman.schemachange.ReviewText;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.SqlScript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "lint", mixinStandardHelpOptions = true, description = "Review SQL that changes a schema: locks, rewrites, what breaks, a safer form.", footer = {
        "",
        "Nothing is run. With --target its catalog is read. Exit status 1: a finding of the class of --fail-on, or a"
                + " worse one; 2: PostgreSQL would refuse the SQL, or it cannot be read."})
final class LintCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "SQL, or what a migration tool prints; - for standard input.")
    @Nullable
    Path file;

    @Option(names = "--from", paramLabel = "TOOL", description = "Whose SQL it is, where the file does not show it: plain,"
            + " alembic, liquibase, flyway, django, laravel, prisma, knex. Decides what runs in one transaction.")
    @Nullable
    Origin from;

    @Option(names = "--postgres", paramLabel = "N", description = "Major version of the server, 15 to 18. Default: that of"
            + " --target, else 15.")
    @Nullable
    Integer version;

    @Mixin
    Options.Target target = new Options.Target();

    @Option(names = "--output", paramLabel = "text|json|sarif", defaultValue = "text", description = "Form of the result on standard output. Default: text.")
    Form form = Form.TEXT;

    @Option(names = "--fail-on", paramLabel = "low|medium|high", defaultValue = "medium", description = "The class of finding from which on the exit status is 1. Default: medium.")
    Risk failOn = Risk.MEDIUM;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** The form of a result. */
    enum Form {
        TEXT, JSON, SARIF
    }

    @Override
    public Integer call() {
        if (target.given() && version != null) {
            throw new BadInputException("Both --target and --postgres are given.",
                    "Leave --postgres out: the target says its version.");
        }
        Path path = file;
        if (path == null) {
            throw new BadInputException("No file is given.", "Name it: ferryman lint change.sql");
        }
        Review review = Review.of(script(path), target.given()
                ? ReviewContext.target(target.open())
                : ReviewContext.version(version == null ? ReviewContext.OLDEST_VERSION : version));
        spec.commandLine().getOut().println(switch (form) {
            case TEXT -> ReviewText.render(review).stripTrailing();
            case JSON -> Json.write(ReviewJson.of(review));
            case SARIF -> Json.write(ReviewSarif.of(review));
        });
        return review.unsafe(failOn) ? ExitStatus.UNSAFE : ExitStatus.DONE;
    }

    private SqlScript script(Path path) {
        String name = path.toString().equals("-") ? "standard input" : path.toString();
        String text = read(path, name);
        return from == null ? SqlScript.of(name, text) : new SqlScript(name, text, from);
    }

    private static String read(Path path, String name) {
        try (InputStream input = path.toString().equals("-") ? System.in : Files.newInputStream(path)) {
            byte[] bytes = input.readNBytes(4 * SqlScript.MOST_CHARACTERS + 1);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException(name + " is no text in UTF-8.", "Save it in UTF-8.", e);
        } catch (IOException e) {
            throw new BadInputException("‘" + name + "’ cannot be read.", "Check that it exists and may be read.", e);
        }
    }
}
