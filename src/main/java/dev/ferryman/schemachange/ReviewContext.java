package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;

/** The server that a script is meant for: a version, or a target that is looked at. */
public sealed interface ReviewContext {
    /** Oldest version whose behaviour is known here. */
    int OLDEST_VERSION = 15;
    /** Newest version whose behaviour is known here. */
    int NEWEST_VERSION = 18;

    /**
     * A server of this version of which nothing else is known.
     *
     * @param version major version, {@link #OLDEST_VERSION} to {@link #NEWEST_VERSION}
     * @throws BadInputException if it is another one
     */
    static ReviewContext version(int version) {
        if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
            throw new BadInputException("PostgreSQL " + version + " is not known to the review.",
                    "Give a major version from " + OLDEST_VERSION + " to " + NEWEST_VERSION + ".");
        }
        return new OfVersion(version);
    }

    /** A target: its version, sizes, use and dependencies are read, and how fast it reads is measured. */
    static ReviewContext target(PostgresTarget target) {
        return new OfTarget(target);
    }

    /**
     * As {@link #target}, over a connection that is open already and in auto-commit mode; it is not closed. What its session
     * sees is what counts.
     */
    static ReviewContext connection(Connection connection) {
        return new OfConnection(connection);
    }

    /** A version and nothing else. */
    record OfVersion(int version) implements ReviewContext {}

    /** An address that is connected to for as long as the look takes. */
    record OfTarget(PostgresTarget target) implements ReviewContext {}

    /** An open connection. */
    record OfConnection(Connection connection) implements ReviewContext {}
}
