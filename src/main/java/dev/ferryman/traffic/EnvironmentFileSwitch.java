package dev.ferryman.traffic;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.Secrets;
import dev.ferryman.traffic.internal.AtomicFile;
import dev.ferryman.traffic.internal.EnvironmentLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Sets {@code KEY=value} lines of an environment file ({@code .env}, systemd {@code EnvironmentFile}). The application
 * reads the new values when it is restarted, which is a step of its own.
 *
 * <p>The file is replaced atomically and keeps its mode and owner; comments, order and unknown lines stay. The previous
 * version is kept beside it as {@code <name>.ferryman-previous}. Going back restores that version; where somebody has
 * edited the file since, only our keys go back and the other edits stay.
 */
public final class EnvironmentFileSwitch implements TrafficSwitch {
    /** Suffix of the file that keeps the previous version. */
    public static final String PREVIOUS = ".ferryman-previous";

    private final Path file;
    private final Path previous;
    private final Map<String, String> values;
    private final UnaryOperator<String> secretResolver;

    /**
     * @param file the environment file; its directory must be writable
     * @param values what the keys are on PostgreSQL; a value may contain secret references
     * @param secretResolver see {@link Secrets}
     * @throws BadInputException where no key is given, or one is no variable name
     */
    public EnvironmentFileSwitch(Path file, Map<String, String> values, UnaryOperator<String> secretResolver) {
        if (values.isEmpty()) {
            throw new BadInputException("The environment file " + file + " is to be edited, but no key is given.",
                    "Name at least one variable and the value it has on PostgreSQL.");
        }
        values.keySet().forEach(EnvironmentLines::requireName);
        this.file = file;
        this.previous = file.resolveSibling(file.getFileName() + PREVIOUS);
        this.values = new TreeMap<>(values);
        this.secretResolver = secretResolver;
    }

    @Override
    public Position current() {
        EnvironmentLines now = read(file);
        if (now.has(wanted())) {
            return new Position.At(Side.TARGET);
        }
        if (Files.exists(previous)) {
            EnvironmentLines before = read(previous);
            return values.keySet().stream().allMatch(key -> now.value(key).equals(before.value(key)))
                    ? new Position.At(Side.SOURCE)
                    : new Position.Unknown(file + " has values for " + String.join(", ", values.keySet())
                            + " that are neither those of PostgreSQL nor the previous ones");
        }
        return new Position.At(Side.SOURCE);
    }

    @Override
    public List<String> plan() {
        return List.of(
                "Set " + String.join(", ", values.keySet()) + " in " + file + " (atomically, mode and owner kept)",
                "Keep the previous version as " + previous.getFileName() + " and restore it on rollback",
                "The application reads the new values when it is restarted");
    }

    @Override
    public Change apply(String idempotencyKey, HookJournal journal) {
        EnvironmentLines now = read(file);
        Map<String, String> wanted = wanted();
        if (now.has(wanted)) {
            return new Change.Nothing();
        }
        journal.intent("Set " + String.join(", ", values.keySet()) + " in " + file);
        try {
            AtomicFile.copy(file, previous);
            AtomicFile.replace(file, now.with(wanted).text(), journal::confirm);
        } catch (IOException e) {
            throw failed("be written", e);
        }
        journal.outcome(
                file + " now holds the values for PostgreSQL; the previous version is " + previous.getFileName());
        return new Change.Done("Set " + String.join(", ", values.keySet()) + " in " + file);
    }

    @Override
    public Position verify(Side wanted) {
        return current();
    }

    @Override
    public Change undo(String idempotencyKey, HookJournal journal) {
        if (!Files.exists(previous)) {
            return new Change.Nothing();
        }
        EnvironmentLines now = read(file);
        EnvironmentLines before = read(previous);
        if (values.keySet().stream().allMatch(key -> now.value(key).equals(before.value(key)))) {
            return new Change.Nothing();
        }
        Map<String, String> wanted = wanted();
        if (wanted.entrySet().stream().noneMatch(e -> now.value(e.getKey()).filter(e.getValue()::equals).isPresent())) {
            throw new TrafficException(
                    file + " no longer holds the values that were set for PostgreSQL, nor the previous"
                            + " ones. It was left as it is: set " + String.join(", ", values.keySet())
                            + " by hand as they stand in " + previous + ", then try again.");
        }
        journal.intent("Restore " + String.join(", ", values.keySet()) + " in " + file);
        boolean untouched = now.text().equals(before.with(wanted).text());
        try {
            AtomicFile.replace(file, untouched ? before.text() : now.restored(values.keySet(), before).text(),
                    journal::confirm);
        } catch (IOException e) {
            throw failed("be restored", e);
        }
        String summary = untouched
                ? "Restored the previous version of " + file
                : "Restored " + String.join(", ", values.keySet()) + " in " + file
                        + "; other edits made since the switch stay";
        journal.outcome(summary);
        return new Change.Done(summary);
    }

    private Map<String, String> wanted() {
        Secrets secrets = new Secrets(secretResolver);
        Map<String, String> wanted = new TreeMap<>();
        values.forEach((key, value) -> wanted.put(key, secrets.reveal(value)));
        return wanted;
    }

    private static EnvironmentLines read(Path path) {
        try {
            return EnvironmentLines.parse(Files.readString(path));
        } catch (IOException | UncheckedIOException e) {
            throw new BadInputException("The environment file " + path + " cannot be read.",
                    "Check that it exists, is text, and that the user Ferryman runs as may read it.", e);
        }
    }

    private TrafficException failed(String what, IOException e) {
        return new TrafficException("The environment file " + file + " could not " + what
                + "; it is as it was. Check the free space and the rights of its directory.", e);
    }
}
