package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.schema.SchemaMode;
import java.util.List;
import java.util.Set;

/**
 * Loads what a command of the data plane will need, in a thread of its own, while the first thread still reads the
 * arguments and reaches the target.
 */
public final class HeadStart {
    private static final Set<String> COMMANDS = Set.of("copy", "verify", "inspect");

    private HeadStart() {}

    /** Begins, if the command is one that it helps. Nothing depends on whether it comes to its end. */
    public static void begin(String[] args) {
        if (args.length > 1 && COMMANDS.contains(args[0])) {
            Thread.ofPlatform().daemon().name("ferryman-head-start").start(HeadStart::load);
        }
    }

    private static void load() {
        try {
            SqliteReader.load();
            PlanJson.write(new Plan(Plan.VERSION, SchemaMode.CREATE, List.of(), List.of(), List.of(), List.of()));
        } catch (RuntimeException | LinkageError e) {
            // The command meets it too, and can tell what it was doing.
        }
    }
}
