package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Reviews for the faces of the service: for a version, or for one of the targets that the configuration names. Nothing is
 * stored. Only configured targets are looked at, so that a review cannot be used to reach other servers.
 */
public final class SqlReviews {
    /** Characters that a face takes: some seconds of work. */
    public static final int MOST_CHARACTERS = 200_000;
    /** Each takes a processor and some 20 MB while it runs. */
    private static final int AT_ONCE = 2;

    private final Map<String, Supplier<PostgresTarget>> targets;
    private final Semaphore running = new Semaphore(AT_ONCE);

    /** @param targets how to reach each target, by name */
    public SqlReviews(Map<String, Supplier<PostgresTarget>> targets) {
        this.targets = new TreeMap<>(targets);
    }

    /** Names of the targets, in their order. */
    public List<String> targets() {
        return List.copyOf(targets.keySet());
    }

    /**
     * Reviews a script for a version.
     *
     * @throws BadInputException as {@link Review#of}; or if the script is too long, or too many reviews are running
     */
    public Review forVersion(SqlScript script, int version) {
        return run(script, ReviewContext.version(version));
    }

    /**
     * Reviews a script for a target.
     *
     * @throws BadInputException as {@link #forVersion}; or if no target has that name
     */
    public Review forTarget(SqlScript script, String name) {
        Supplier<PostgresTarget> target = targets.get(name);
        if (target == null) {
            throw new BadInputException("No target ‘" + name + "’ is configured for reviews.",
                    targets.isEmpty()
                            ? "Choose a version, or name a target in ferryman.schema-review.targets."
                            : "Choose one of: " + String.join(", ", targets.keySet()) + ".");
        }
        return run(script, ReviewContext.target(target.get()));
    }

    private Review run(SqlScript script, ReviewContext context) {
        if (script.text().length() > MOST_CHARACTERS) {
            throw new BadInputException("The SQL has more than " + MOST_CHARACTERS + " characters.",
                    "Review it with the command line: ferryman lint FILE.sql");
        }
        if (!running.tryAcquire()) {
            throw new BadInputException("Other reviews are running.", "Try again in some seconds.");
        }
        try {
            return Review.of(script, context);
        } finally {
            running.release();
        }
    }
}
