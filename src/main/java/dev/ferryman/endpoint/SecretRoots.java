package dev.ferryman.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a server finds the secrets that cutovers may use, set in its configuration. Whoever plans a cutover names a secret
 * and the address it is sent to: without these limits every file and variable of the server could be sent anywhere (I8).
 *
 * @param directories absolute directories; files below them may be named
 * @param variables names of environment variables that may be named; {@code *} stands for any part of a name.
 *        Ferryman's own ({@code FERRYMAN_…}) may never be
 */
public record SecretRoots(List<Path> directories, List<String> variables) {
    private static final String OWN = "FERRYMAN_";

    public SecretRoots {
        directories = directories.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        variables = variables.stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    /**
     * The secret a reference leads to, as it is now.
     *
     * @param reference {@code env:NAME} or {@code file:/path}
     * @throws BadInputException if it is no reference, may not be used, or leads nowhere; whether a file outside the
     *         directories exists is not told
     */
    public Secret open(String reference) {
        return open(reference, System::getenv);
    }

    /** As {@link #open(String)}, with the environment given. */
    Secret open(String reference, Function<String, @Nullable String> environment) {
        SecretReference parsed = SecretReference.parse(reference);
        switch (parsed) {
            case SecretReference.Environment(var name) -> requireAllowed(name);
            case SecretReference.File(var path) -> requireInside(path);
        }
        return parsed.resolve(environment);
    }

    private void requireAllowed(String name) {
        if (name.startsWith(OWN)) {
            throw new BadInputException("The variable " + name + " is one of Ferryman's own settings.",
                    "Name a variable that was set for the application.");
        }
        if (variables.stream().noneMatch(pattern -> matches(pattern, name))) {
            throw new BadInputException("The variable " + name + " is none of those that cutovers may use.",
                    (variables.isEmpty() ? "Add it" : "Use one named " + String.join(" or ", variables) + ", or add it")
                            + " to ferryman.secrets.variables in the server's configuration.");
        }
    }

    private static boolean matches(String pattern, String name) {
        return Pattern.matches(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), name);
    }

    private void requireInside(Path path) {
        Path asked = path.normalize();
        boolean allowed = directories.stream()
                .anyMatch(directory -> asked.startsWith(directory) && isBelow(directory, path));
        if (!allowed) {
            throw new BadInputException(
                    "The secret file " + path + " is outside the directories that cutovers may use.",
                    (directories.isEmpty()
                            ? "Add its directory"
                            : "Use a file below "
                                    + String.join(" or ", directories.stream().map(Path::toString).toList())
                                    + ", or add its directory")
                            + " to ferryman.secrets.roots in the server's configuration.");
        }
    }

    /** Mounted secrets are symbolic links inside their mount; one that leads out of it is refused. */
    private static boolean isBelow(Path directory, Path path) {
        try {
            return !Files.exists(path) || path.toRealPath().startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }
}
