package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that the server's configuration allows by name ({@code DESIGN.md} § 3, Commands).
 *
 * @param name the name it is called by
 * @param arguments argument vector; the first is the program's absolute path. {@code {name}} inside an argument stands
 *        for a parameter. There is no shell
 * @param parameters what each parameter may look like, as a pattern for the whole value
 * @param directory working directory
 * @param environment the whole environment of the command; values may be secret references
 * @param timeLimit how long the command and everything it started may run
 * @param outputLimit how many characters of output are kept
 */
public record CommandDefinition(String name, List<String> arguments, Map<String, Pattern> parameters, Path directory,
        Map<String, String> environment, Duration timeLimit, int outputLimit) {
    /** Programs that run a text as a script, and the options after which that text stands. */
    private static final Pattern INTERPRETER = Pattern
            .compile("(?:.*/)?(?:(?:ba|da|z|k|mk|c|tc|a|fi)?sh|busybox|python[0-9.]*|perl|ruby|node|php|su|awk|ssh)");
    private static final Pattern SCRIPT = Pattern.compile("-[a-zA-Z]*[cer]|--(?:eval|command|execute)(?:=.*)?");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z0-9-]*)}");

    public CommandDefinition {
        arguments = List.copyOf(arguments);
        parameters = Map.copyOf(parameters);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty() || !Path.of(arguments.getFirst()).isAbsolute()) {
            throw new IllegalArgumentException("ferryman.commands." + name
                    + ".arguments must begin with the absolute path of a program");
        }
        if (PLACEHOLDER.matcher(arguments.getFirst()).find()) {
            throw new IllegalArgumentException(
                    "ferryman.commands." + name + ": the program itself cannot be a parameter");
        }
        refuseParametersInScripts(name, arguments);
        if (!timeLimit.isPositive() || outputLimit < 1) {
            throw new IllegalArgumentException(
                    "ferryman.commands." + name + ": time and output limits must be positive");
        }
        for (String argument : arguments) {
            Matcher used = PLACEHOLDER.matcher(argument);
            while (used.find()) {
                if (!parameters.containsKey(used.group(1))) {
                    throw new IllegalArgumentException("ferryman.commands." + name + ": argument " + argument
                            + " names the parameter " + used.group(1) + ", for which there is no pattern");
                }
            }
        }
    }

    /** A parameter inside a script would be read as a part of it, whatever characters stand around it. */
    private static void refuseParametersInScripts(String name, List<String> arguments) {
        boolean interpreted = false;
        for (int i = 0; i < arguments.size(); i++) {
            boolean script = i > 0 && interpreted && (SCRIPT.matcher(arguments.get(i - 1)).matches()
                    || SCRIPT.matcher(arguments.get(i)).matches());
            if (script && PLACEHOLDER.matcher(arguments.get(i)).find()) {
                throw new IllegalArgumentException("ferryman.commands." + name + ": the argument " + arguments.get(i)
                        + " is a script with a parameter in it. Give the parameter as an argument of its own after the"
                        + " script, which finds it there as \"$1\"");
            }
            interpreted |= INTERPRETER.matcher(arguments.get(i)).matches();
        }
    }

    /**
     * The argument vector with its parameters in place.
     *
     * @throws BadInputException where a parameter is missing, unknown, starts with {@code -} or breaks its pattern
     */
    public List<String> vector(Map<String, String> values) {
        for (String given : values.keySet()) {
            if (!parameters.containsKey(given)) {
                throw new BadInputException("The command " + name + " has no parameter " + given + ".",
                        parameters.isEmpty()
                                ? "Leave it out: the command takes none."
                                : "Use one of: " + String.join(", ", parameters.keySet().stream().sorted().toList())
                                        + ".");
            }
        }
        parameters.forEach((parameter, pattern) -> check(parameter, pattern, values));
        return arguments.stream().map(argument -> PLACEHOLDER.matcher(argument).replaceAll(
                found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")))).toList();
    }

    private void check(String parameter, Pattern pattern, Map<String, String> values) {
        String value = values.get(parameter);
        if (value == null) {
            throw new BadInputException("The command " + name + " needs the parameter " + parameter + ".",
                    "Give it a value that matches " + pattern.pattern() + ".");
        }
        if (value.startsWith("-") || value.indexOf('\0') >= 0 || !pattern.matcher(value).matches()) {
            throw new BadInputException(
                    "The value of the parameter " + parameter + " of the command " + name + " is not allowed.",
                    "It must match " + pattern.pattern() + " and must not begin with a dash.");
        }
    }
}
