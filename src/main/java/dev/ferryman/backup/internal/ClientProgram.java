package dev.ferryman.backup.internal;

import dev.ferryman.backup.PostgresTools.Tool;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.BoundedProcess;
import dev.ferryman.hook.CommandOutcome;
import dev.ferryman.hook.OutputMask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One of PostgreSQL's own programs, connected to a database. The password goes through its environment, which other users
 * of the machine cannot read (I8).
 */
public final class ClientProgram {
    /** In it these programs speak English and find the user's certificates. */
    public static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "HOME",
            System.getProperty("user.home", "/"));

    /** A table of contents of ten thousand tables fits. */
    private static final int OUTPUT = 16 * 1024 * 1024;

    private final Tool tool;
    private final PostgresTarget target;
    private final Duration timeLimit;

    /** @param timeLimit how long it may run */
    public ClientProgram(Tool tool, PostgresTarget target, Duration timeLimit) {
        this.tool = tool;
        this.target = target;
        this.timeLimit = timeLimit;
    }

    /** Runs it. */
    public CommandOutcome run(List<String> arguments, Consumer<String> lines) throws InterruptedException {
        Map<String, String> environment = new TreeMap<>(ENVIRONMENT);
        environment.putAll(target.environment());
        List<String> vector = new ArrayList<>(List.of(tool.path().toString()));
        vector.addAll(arguments);
        String password = environment.get("PGPASSWORD");
        var mask = new OutputMask(password == null ? List.of() : List.of(password));
        try {
            return new BoundedProcess(vector, Path.of("/"), environment, timeLimit, OUTPUT).run(mask, lines);
        } catch (IOException e) {
            throw new BadInputException(tool.path() + " cannot be started: " + e.getMessage(),
                    "Give the user Ferryman runs as the right to run it, then retry.", e);
        }
    }

    /** Why it failed, as it says itself. */
    public static String reason(CommandOutcome outcome, Duration timeLimit) {
        if (outcome.timedOut()) {
            return "it was not done after " + timeLimit.toSeconds() + " s and was ended.";
        }
        List<String> said = outcome.output().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        Optional<String> error = said.stream().filter(line -> line.contains("error:")).findFirst();
        String line = error.orElse(said.isEmpty() ? "" : said.getLast());
        return line.isEmpty() ? "exit status " + outcome.exitCode() + "." : line;
    }

    /** What a person should look after, by what it said. */
    public static String next(CommandOutcome outcome, Path directory) {
        String said = outcome.output().toLowerCase(Locale.ROOT);
        if (outcome.timedOut()) {
            return "Raise ferryman.backup.time-limit.";
        }
        if (said.contains("no space left") || said.contains("disk quota") || said.contains("could not write")) {
            return "Make room in " + directory + ".";
        }
        if (said.contains("password authentication")) {
            return "Correct the user or the password.";
        }
        if (said.contains("permission denied") || said.contains("must be owner") || said.contains("row-level")) {
            return "Give the role the right it lacks.";
        }
        return "Look at what it says and at the server's log.";
    }
}
