package dev.ferryman.replication;

/**
 * Named moments of the protocol at which a test kills the process, cuts a connection or looks around. Production hears
 * nothing.
 */
@FunctionalInterface
public interface FaultPoint {
    /** Lets everything pass. */
    FaultPoint NONE = name -> {};

    /**
     * The protocol has come to a moment.
     *
     * @param name stable name in kebab case, listed in {@code src/docs/replication.md}
     */
    void reached(String name);
}
