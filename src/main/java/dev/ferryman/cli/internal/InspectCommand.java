package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanFile;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.schema.PlanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Read every value of a SQLite file and say what becomes of it in PostgreSQL.", footer = {
        "", "Nothing is changed. Exit status 1: something forbids the copy."})
final class InspectCommand extends DataCommand {
    @Option(names = "--source", paramLabel = "FILE", required = true, description = "The SQLite file.")
    @Nullable
    Path source;

    @Option(names = "--schema", paramLabel = "create|existing", defaultValue = "create", description = "Whether Ferryman creates the tables or the application's migrations have. Default: create.")
    Options.Schema schema = Options.Schema.CREATE;

    @Option(names = "--target-schema", paramLabel = "NAME", defaultValue = "public", description = "Schema of the tables in PostgreSQL. Default: public.")
    String targetSchema = "public";

    @Mixin
    Options.Target target = new Options.Target();

    @Mixin
    Options.PlanFile planFile = new Options.PlanFile();

    @Option(names = "--write-plan", paramLabel = "FILE", description = "Write every choice there is, with those of --plan, to be edited and given to --plan.")
    @Nullable
    Path writePlan;

    @Override
    public Integer call() throws Exception {
        SqliteSource live = SqliteSource.live(Options.sourceFile(source));
        PostgresTarget postgres = target.given() ? target.open() : null;
        Planning.Planned planned;
        try (ProgressLine progress = progress()) {
            planned = timed("profile", () -> Planning.plan(live, schema.mode(), targetSchema, postgres, false,
                    planFile.path, progress.profile()));
        }
        Plan plan = planned.plan();
        if (writePlan != null) {
            write(writePlan, PlanFile.write(plan, planned.choices()));
        }
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", plan.possible() ? "possible" : "blocked");
            result.put("planSha256", PlanHash.of(plan));
            result.put("seconds", seconds());
            result.put("plan", Json.read(PlanJson.write(plan)));
            out().println(Json.write(result));
        } else {
            out().print(PlanText.render(plan));
            out().flush();
        }
        return plan.possible() ? ExitStatus.DONE : ExitStatus.UNSAFE;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new BadInputException("The plan file " + file + " cannot be written: " + e.getMessage(),
                    "Name a file in a directory that exists and may be written to.", e);
        }
    }
}
