package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.internal.CappedOutput;
import dev.ferryman.hook.internal.ProcessTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Runs the commands that the server's configuration names, and no other ({@code DESIGN.md} § 3, Commands).
 */
public final class NamedCommands {
    private static final Duration OUTPUT_GRACE = Duration.ofSeconds(1);

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
        CommandDefinition command = definition(name);
        List<String> vector = command.vector(parameters);
        Secrets secrets = new Secrets(secretResolver);
        ProcessBuilder builder = new ProcessBuilder(vector).directory(command.directory().toFile())
                .redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().clear();
        command.environment().forEach((key, value) -> builder.environment().put(key, secrets.reveal(value)));
        OutputMask mask = secrets.mask();

        journal.intent("Run the command " + name + describe(parameters));
        long started = System.nanoTime();
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            journal.outcome("The command " + name + " could not be started");
            throw new BadInputException(
                    "The command " + name + " could not be started: " + command.arguments().getFirst()
                            + " is missing, not executable, or its directory does not exist.",
                    "Correct ferryman.commands." + name + " in the server's configuration.", e);
        }
        ProcessTree tree = new ProcessTree(process);
        CappedOutput output = new CappedOutput(command.outputLimit());
        Thread reader = Thread.ofVirtual().start(() -> read(process, mask, output, journal));
        boolean ended;
        try {
            ended = tree.await(command.timeLimit());
        } catch (InterruptedException e) {
            tree.kill();
            throw e;
        }
        if (!ended) {
            tree.kill();
        }
        reader.join(OUTPUT_GRACE);
        var outcome = new CommandOutcome(ended ? process.exitValue() : -1, output.text(),
                Duration.ofNanos(System.nanoTime() - started), !ended);
        journal.outcome(ended
                ? "The command " + name + " ended with exit status " + outcome.exitCode()
                : "The command " + name + " was ended after its time limit of " + command.timeLimit().toSeconds()
                        + " s, with everything it had started");
        return outcome;
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

    private static void read(Process process, OutputMask mask, CappedOutput output, HookJournal journal) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n' || line.length() >= CappedOutput.LONGEST_LINE) {
                    keep(line, mask, output, journal);
                }
                if (c != '\n') {
                    line.append((char) c);
                }
            }
            if (!line.isEmpty()) {
                keep(line, mask, output, journal);
            }
        } catch (IOException e) {
            output.add("(the rest of the output was lost)");
        }
    }

    private static void keep(StringBuilder line, OutputMask mask, CappedOutput output, HookJournal journal) {
        String masked = mask.mask(line.toString());
        line.setLength(0);
        if (output.add(masked)) {
            journal.output(masked);
        }
    }
}
