package dev.ferryman.backup;

import dev.ferryman.backup.internal.ClientProgram;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.BoundedProcess;
import dev.ferryman.hook.CommandOutcome;
import dev.ferryman.hook.OutputMask;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's client programs as they are installed on this machine. {@code pg_dump} refuses a server that is newer than
 * itself, so of several versions the server's own is taken, else the next newer one.
 */
public final class PostgresTools {
    /** Where Debian and Ubuntu install every version beside the others. */
    public static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);
    private static final int ANSWER = 1_000;

    private final @Nullable Path configured;
    private final String searchPath;
    private final Path versions;

    /**
     * @param configured the one directory to look into, null to look at {@code searchPath} and below {@code versions}
     * @param searchPath directories as {@code PATH} writes them
     * @param versions a directory as {@link #DEBIAN}, with {@code VERSION/bin} below it
     */
    public PostgresTools(@Nullable Path configured, String searchPath, Path versions) {
        this.configured = configured;
        this.searchPath = searchPath;
        this.versions = versions;
    }

    /**
     * A program that was found.
     *
     * @param path where it is
     * @param version as it says itself, such as {@code 17.2}
     * @param major its first number
     */
    public record Tool(Path path, String version, int major) {
        /** Name and version: {@code pg_dump 17.2}. */
        public String words() {
            return path.getFileName() + " " + version;
        }
    }

    /**
     * The program that fits a server.
     *
     * @param program such as {@code pg_dump}
     * @param serverMajor the server's major version
     * @throws BadInputException if it is not installed, or in older versions only
     */
    public Tool find(String program, int serverMajor) throws InterruptedException {
        List<Tool> found = new ArrayList<>();
        for (Path directory : directories()) {
            Path path = directory.resolve(program);
            if (Files.isExecutable(path) && Files.isRegularFile(path)) {
                version(path).ifPresent(found::add);
            }
        }
        if (found.isEmpty()) {
            throw new BadInputException(program + " is not installed on Ferryman's machine: looked in "
                    + directories().stream().map(Path::toString).collect(Collectors.joining(", ")) + ".",
                    install(serverMajor));
        }
        return found.stream().filter(tool -> tool.major() >= serverMajor).min(Comparator.comparingInt(Tool::major))
                .orElseThrow(() -> new BadInputException(
                        program + " must be as new as its server: the server runs PostgreSQL " + serverMajor
                                + " while Ferryman's machine has " + program + " "
                                + found.stream().map(Tool::version).distinct().collect(Collectors.joining(", "))
                                + " only.",
                        install(serverMajor)));
    }

    private static String install(int major) {
        return "Nothing was changed. Install PostgreSQL's client programs of version " + major
                + " (Debian: postgresql-client-" + major + "), or name their directory in"
                + " ferryman.backup.postgres-tools, then retry.";
    }

    private Set<Path> directories() {
        if (configured != null) {
            return Set.of(configured);
        }
        Set<Path> directories = new LinkedHashSet<>();
        if (Files.isDirectory(versions)) {
            try (Stream<Path> each = Files.list(versions)) {
                each.map(version -> version.resolve("bin")).filter(Files::isDirectory).sorted()
                        .forEach(directories::add);
            } catch (IOException e) {
                throw new UncheckedIOException("The directory " + versions + " cannot be read", e);
            }
        }
        for (String directory : searchPath.split(File.pathSeparator, -1)) {
            if (!directory.isBlank()) {
                directories.add(Path.of(directory));
            }
        }
        return directories;
    }

    /** Empty where the program does not say, and so is none of PostgreSQL's. */
    private static Optional<Tool> version(Path path) throws InterruptedException {
        var asked = new BoundedProcess(List.of(path.toString(), "--version"), Path.of("/"), ClientProgram.ENVIRONMENT,
                ANSWERS_WITHIN,
                ANSWER);
        try {
            CommandOutcome answer = asked.run(new OutputMask(List.of()), _ -> {});
            Matcher said = VERSION.matcher(answer.output());
            return answer.succeeded() && said.find()
                    ? Optional.of(new Tool(path, said.group(1), Integer.parseInt(said.group(2))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
