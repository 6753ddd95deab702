package dev.ferryman.endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret is found, written as {@code env:NAME} or {@code file:/path}. The reference itself is no secret: it may
 * be stored, shown and logged. It is resolved when the secret is used, so a rotated password is picked up.
 */
public sealed interface SecretReference {
    /** Largest secret file that is read, in bytes: a longer one is not a password but a wrong path. */
    long LARGEST_FILE = 64 * 1024;

    /** An environment variable of the process. */
    record Environment(String name) implements SecretReference {
        @Override
        public String toString() {
            return "env:" + name;
        }
    }

    /** A file such as a mounted Kubernetes or Docker secret; one line break at its end does not belong to the secret. */
    record File(Path path) implements SecretReference {
        @Override
        public String toString() {
            return "file:" + path;
        }
    }

    /**
     * Reads a reference.
     *
     * @throws BadInputException if it is neither form; the text is not repeated, since it may be a password that was
     *         put in the wrong place
     */
    static SecretReference parse(String text) {
        var given = text.strip();
        if (given.startsWith("env:") && isVariableName(given.substring(4))) {
            return new Environment(given.substring(4));
        }
        if (given.startsWith("file:")) {
            try {
                var path = Path.of(given.substring(5));
                if (path.isAbsolute()) {
                    return new File(path);
                }
            } catch (InvalidPathException _) {
                // Answered below like every other text that is no reference.
            }
        }
        throw new BadInputException("The secret reference is neither env:NAME nor file:/absolute/path.",
                "Name the place where the secret is kept, not the secret itself.");
    }

    private static boolean isVariableName(String name) {
        return !name.isEmpty() && !Character.isDigit(name.charAt(0))
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
    }

    /**
     * The secret as it is now.
     *
     * @throws BadInputException if the variable or file is missing, empty or unreadable
     */
    default Secret resolve() {
        return resolve(System::getenv);
    }

    /** As {@link #resolve()}, with the environment given. */
    default Secret resolve(Function<String, @Nullable String> environment) {
        return switch (this) {
            case Environment(var name) -> {
                var value = environment.apply(name);
                if (value == null || value.isEmpty()) {
                    throw new BadInputException(
                            "The environment variable " + name + " is " + (value == null ? "not set." : "empty."),
                            "Set it where Ferryman is started, then try again.");
                }
                yield Secret.of(value);
            }
            case File(var path) -> read(path);
        };
    }

    private static Secret read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BadInputException("The secret file " + path + " is missing or no ordinary file.",
                    "Check the path and that the secret is mounted.");
        }
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new BadInputException("The secret file " + path + " is larger than 64 KiB.",
                        "Point the reference at the file that holds the secret only.");
            }
            var text = Files.readString(path, StandardCharsets.UTF_8);
            if (text.endsWith("\n")) {
                text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
            }
            if (text.isEmpty()) {
                throw new BadInputException("The secret file " + path + " is empty.", "Write the secret into it.");
            }
            return Secret.of(text);
        } catch (IOException e) {
            throw new BadInputException("The secret file " + path + " cannot be read as UTF-8 text.",
                    "Give the user Ferryman runs as the right to read it.", e);
        }
    }
}
