package dev.ferryman.traffic;

import dev.ferryman.hook.CommandOutcome;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.NamedCommands;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Switches through commands of the server's allow-list. The commands for both directions must be safe to repeat. A third
 * command may print {@code source} or {@code target} as its first line to say where the application points.
 */
public final class CommandSwitch implements TrafficSwitch {
    private final NamedCommands commands;
    private final String toTarget;
    private final String toSource;
    private final @Nullable String readBack;
    private final Map<String, String> parameters;

    /**
     * @param commands the allow-list
     * @param toTarget name of the command that points the application at PostgreSQL
     * @param toSource name of the command that points it at SQLite
     * @param readBack name of the command that prints where it points, null where there is none
     * @param parameters parameters of the first two
     * @throws dev.ferryman.endpoint.BadInputException where one of them is not allowed
     */
    public CommandSwitch(NamedCommands commands, String toTarget, String toSource, @Nullable String readBack,
            Map<String, String> parameters) {
        commands.check(toTarget, parameters);
        commands.check(toSource, parameters);
        if (readBack != null) {
            commands.check(readBack, Map.of());
        }
        this.commands = commands;
        this.toTarget = toTarget;
        this.toSource = toSource;
        this.readBack = readBack;
        this.parameters = Map.copyOf(parameters);
    }

    @Override
    public Position current() throws InterruptedException {
        if (readBack == null) {
            return new Position.Unknown("no command is configured that says where the application points");
        }
        CommandOutcome outcome = commands.run(readBack, Map.of(), HookJournal.none());
        if (!outcome.succeeded()) {
            return new Position.Unknown("the command " + readBack + " failed");
        }
        String answer = outcome.output().lines().findFirst().orElse("").strip().toLowerCase(Locale.ROOT);
        return switch (answer) {
            case "source" -> new Position.At(Side.SOURCE);
            case "target" -> new Position.At(Side.TARGET);
            default -> new Position.Unknown("the command " + readBack + " printed neither source nor target");
        };
    }

    @Override
    public List<String> plan() {
        return List.of("Run the command " + toTarget, "On rollback, run the command " + toSource);
    }

    @Override
    public Change apply(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return change(Side.TARGET, toTarget, journal);
    }

    @Override
    public Position verify(Side wanted) throws InterruptedException {
        return current();
    }

    @Override
    public Change undo(String idempotencyKey, HookJournal journal) throws InterruptedException {
        return change(Side.SOURCE, toSource, journal);
    }

    private Change change(Side wanted, String command, HookJournal journal) throws InterruptedException {
        if (current().is(wanted)) {
            return new Change.Nothing();
        }
        CommandOutcome outcome = commands.run(command, parameters, journal);
        if (!outcome.succeeded()) {
            throw new TrafficException("The command " + command + (outcome.timedOut()
                    ? " ran out of its time limit."
                    : " failed with exit status " + outcome.exitCode() + ".") + " " + current().sentence());
        }
        Readback.require(wanted, current());
        return new Change.Done("Ran the command " + command);
    }
}
