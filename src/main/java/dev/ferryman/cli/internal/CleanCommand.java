package dev.ferryman.cli.internal;

import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.TargetCleanup;
import dev.ferryman.copy.TargetCleanup.RememberedCopy;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Counted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "clean", mixinStandardHelpOptions = true, description = "Remove what Ferryman remembers in a target; with --drop, what it copied as well.", footer = {
        "",
        "Without --drop, all data stays and schema 'ferryman' goes. With --drop, tables that copies created are"
                + " dropped, and tables that they found empty are emptied."})
final class CleanCommand extends DataCommand {
    @Mixin
    Options.Target target = new Options.Target();

    @Option(names = "--drop", description = "Drop what was copied, finished or not, and its rows in quarantine.")
    boolean drop;

    /** What becomes of rows in quarantine. */
    enum Quarantine {
        KEEP, DROP
    }

    @Option(names = "--quarantine", paramLabel = "keep|drop", description = "What becomes of the rows in ferryman.quarantine; must be said where there are any.")
    @Nullable
    Quarantine quarantine;

    @Override
    public Integer call() throws Exception {
        PostgresTarget postgres = target.open();
        postgres.check();
        var cleanup = new TargetCleanup(postgres);
        List<RememberedCopy> copies = cleanup.copies();
        if (!drop && copies.stream().anyMatch(copy -> !copy.finished())) {
            throw new BadInputException("The target holds an unfinished copy.",
                    "Go on with it: copy --resume. Or drop what it has copied: clean --drop.");
        }
        long quarantined = cleanup.quarantined();
        if (quarantined > 0 && !drop && quarantine == null) {
            throw new BadInputException(
                    "The quarantine holds " + Counted.of(quarantined, "row that is", "rows that are")
                            + " nowhere else in the target.",
                    "Say what becomes of them: clean --quarantine keep, or clean --quarantine drop.");
        }
        for (RememberedCopy copy : copies) {
            if (drop) {
                cleanup.undo(new JobOwner.Alone(copy.job()));
            } else {
                cleanup.forget(new JobOwner.Alone(copy.job()), quarantine == Quarantine.DROP);
            }
        }
        if (quarantined > 0 && quarantine == Quarantine.DROP) {
            cleanup.dropQuarantine(new JobOwner.Alone("command-line-clean"));
        }
        long left = cleanup.quarantined();
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "done");
            result.put("copies", copies);
            result.put("dropped", drop);
            result.put("quarantined", left);
            out().println(Json.write(result));
        } else if (copies.isEmpty() && quarantined == 0) {
            out().println("The target holds nothing of Ferryman.");
        } else {
            out().println(drop
                    ? "Dropped what " + copies.size() + " copies had brought, and all that Ferryman remembered of them."
                    : "Removed all that Ferryman remembered; the data stays.");
        }
        if (left > 0 && !output.json()) {
            out().println(Counted.of(left, "row stays", "rows stay") + " in ferryman.quarantine, with the schema.");
        }
        return ExitStatus.DONE;
    }
}
