package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Runs the commands that the server's configuration names, and no other ({@code DESIGN.md} § 3, Commands).
 */
public final class NamedCommands {
    private final Map<String, CommandDefinition> definitions;
    private final UnaryOperator<String> secretResolver;

    /**
     * @param definitions the allow-list, by name
     * @param secretResolver see {@link Secrets}
     */
    public NamedCommands(Map<String, CommandDefinition> definitions, UnaryOperator<String> secretResolver) {
        this.definitions = new TreeMap<>(definitions);
        this.secretResolver = secretResolver;
    }

    /** The names that may be used, sorted. */
    public Set<String> names() {
        return new TreeSet<>(definitions.keySet());
    }

    /**
     * Checks a call without making it.
     *
     * @throws BadInputException where there is no such command or a parameter is not allowed
     */
    public void check(String name, Map<String, String> parameters) {
        definition(name).vector(parameters);
    }

    /**
     * Runs a command to its end or its time limit.
     *
     * @throws BadInputException where there is no such command, a parameter is not allowed, or the program cannot be
     *         started
     * @throws InterruptedException where the caller was interrupted; the command and all it started are gone by then
     */
    public CommandOutcome run(String name, Map<String, String> parameters, HookJournal journal)
            throws InterruptedException {
        return run(name, parameters, journal, (program, mask) -> program.run(mask, journal::output),
                outcome -> outcome);
    }

    /**
     * Runs a command for what it prints on its standard output, which is returned as it is. Its error stream goes to the
     * journal.
     *
     * @param most how many bytes it may print
     * @return the text; empty where it did not end by itself with status 0
     * @throws BadInputException as {@link #run}; or where it prints more, or one of the secrets that it was given
     */
    public Optional<String> print(String name, Map<String, String> parameters, int most, HookJournal journal)
            throws InterruptedException {
        var masks = new ArrayList<OutputMask>();
        BoundedProcess.Printed printed = run(name, parameters, journal, (program, mask) -> {
            masks.add(mask);
            return program.print(mask, most, journal::output);
        }, BoundedProcess.Printed::outcome);
        if (!printed.outcome().succeeded()) {
            return Optional.empty();
        }
        if (!printed.whole()) {
            throw new BadInputException("The command " + name + " prints more than " + most + " bytes.",
                    "Let it print less.");
        }
        if (masks.getFirst().finds(printed.text())) {
            throw new BadInputException("What the command " + name + " prints holds a secret that it was given.",
                    "Let it print without it: it would be shown.");
        }
        return Optional.of(printed.text());
    }

    /** Names of the parameters that a command takes. */
    public Set<String> parameters(String name) {
        return definition(name).parameters().keySet();
    }

    /** A way of running a program. */
    private interface Way<T> {
        T run(BoundedProcess program, OutputMask mask) throws IOException, InterruptedException;
    }

    private <T> T run(String name, Map<String, String> parameters, HookJournal journal, Way<T> way,
            Function<T, CommandOutcome> outcomeOf) throws InterruptedException {
        CommandDefinition command = definition(name);
        List<String> vector = command.vector(parameters);
        Secrets secrets = new Secrets(secretResolver);
        Map<String, String> environment = new TreeMap<>();
        command.environment().forEach((key, value) -> environment.put(key, secrets.reveal(value)));
        var program = new BoundedProcess(vector, command.directory(), environment, command.timeLimit(),
                command.outputLimit());

        journal.intent("Run the command " + name + describe(parameters));
        T result;
        try {
            result = way.run(program, secrets.mask());
        } catch (IOException e) {
            journal.outcome("The command " + name + " could not be started");
            throw new BadInputException(
                    "The command " + name + " could not be started: " + command.arguments().getFirst()
                            + " is missing, not executable, or its directory does not exist.",
                    "Correct ferryman.commands." + name + " in the server's configuration.", e);
        }
        CommandOutcome outcome = outcomeOf.apply(result);
        journal.outcome(outcome.timedOut()
                ? "The command " + name + " was ended after its time limit of " + command.timeLimit().toSeconds()
                        + " s, with everything it had started"
                : "The command " + name + " ended with exit status " + outcome.exitCode());
        return result;
    }

    private CommandDefinition definition(String name) {
        CommandDefinition definition = definitions.get(name);
        if (definition == null) {
            throw new BadInputException("There is no command named " + name + " in the server's configuration.",
                    definitions.isEmpty()
                            ? "Add it under ferryman.commands and restart."
                            : "Use one of: " + String.join(", ", definitions.keySet()) + ".");
        }
        return definition;
    }

    private static String describe(Map<String, String> parameters) {
        return parameters.isEmpty() ? "" : " with " + new TreeMap<>(parameters);
    }
}
