package dev.ferryman.traffic;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the switches of a server: the adapters, bound to what its configuration allows. */
public final class TrafficSwitches {
    private final List<Path> environmentRoots;
    private final NamedCommands commands;
    private final HttpHooks hooks;
    private final UnaryOperator<String> secretResolver;
    private final Map<String, TrafficRouter> routers;

    /**
     * @param environmentRoots directories below which environment files may be edited
     *        ({@code ferryman.traffic.environment-roots})
     * @param commands the server's commands
     * @param hooks makes HTTP calls
     * @param secretResolver see {@link dev.ferryman.hook.Secrets}
     * @param routers the routers of {@code ferryman.traffic.routers}
     */
    public TrafficSwitches(List<Path> environmentRoots, NamedCommands commands, HttpHooks hooks,
            UnaryOperator<String> secretResolver, List<TrafficRouter> routers) {
        this.environmentRoots = environmentRoots.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        this.commands = commands;
        this.hooks = hooks;
        this.secretResolver = secretResolver;
        this.routers = new TreeMap<>();
        routers.forEach(router -> this.routers.put(router.name(), router));
    }

    /**
     * A switch that edits an environment file.
     *
     * @throws BadInputException where the file is missing or outside the configured directories
     */
    public TrafficSwitch environmentFile(String file, Map<String, String> values) {
        return new EnvironmentFileSwitch(allowed(file), values, secretResolver);
    }

    /** A switch that runs commands: see {@link CommandSwitch}. */
    public TrafficSwitch command(String toTarget, String toSource, @Nullable String readBack,
            Map<String, String> parameters) {
        return new CommandSwitch(commands, toTarget, toSource, readBack, parameters);
    }

    /** A switch that makes HTTP calls: see {@link HttpSwitch}. */
    public TrafficSwitch http(HttpCall toTarget, HttpCall toSource, HttpSwitch.@Nullable Reading reading) {
        return new HttpSwitch(hooks, toTarget, toSource, reading);
    }

    /** A switch that a person makes: see {@link ManualSwitch}. */
    public TrafficSwitch manual(String instructions, Supplier<Optional<ManualSwitch.Confirmation>> last) {
        return new ManualSwitch(instructions, last);
    }

    /**
     * A router that the server's configuration names.
     *
     * @throws BadInputException where there is none of this name
     */
    public TrafficRouter router(String name) {
        TrafficRouter router = routers.get(name);
        if (router == null) {
            throw new BadInputException("There is no router named " + name + " in the server's configuration.",
                    routers.isEmpty()
                            ? "Add it under ferryman.traffic.routers and restart."
                            : "Use one of: " + String.join(", ", routers.keySet()) + ".");
        }
        return router;
    }

    private Path allowed(String given) {
        Path path;
        try {
            path = Path.of(given.strip());
        } catch (InvalidPathException e) {
            throw new BadInputException("The path of the environment file is not a path.",
                    "Give the absolute path of the file that the application reads its settings from.", e);
        }
        if (!path.isAbsolute() || environmentRoots.stream().noneMatch(path.normalize()::startsWith)) {
            throw outside(given);
        }
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            throw new BadInputException("The environment file " + given + " does not exist or cannot be reached.",
                    "Check the path on the host Ferryman runs on.", e);
        }
        for (Path root : environmentRoots) {
            try {
                if (real.startsWith(root.toRealPath())) {
                    return path;
                }
            } catch (IOException _) {
                // A configured directory that is not there allows nothing.
            }
        }
        throw outside(given);
    }

    private BadInputException outside(String given) {
        return new BadInputException(
                "The environment file " + given + " is outside the directories in which Ferryman may edit such files.",
                environmentRoots.isEmpty()
                        ? "Add its directory to ferryman.traffic.environment-roots in the server's configuration."
                        : "Use an absolute path below "
                                + String.join(" or ", environmentRoots.stream().map(Path::toString).toList())
                                + ", or add its directory to ferryman.traffic.environment-roots.");
    }
}
