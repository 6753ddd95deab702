package dev.ferryman.traffic;

/** What reading back after a change means. */
final class Readback {
    private Readback() {}

    /** Refuses a change after which the application still points elsewhere; what cannot be told is left to the probes. */
    static void require(Side wanted, Position now) {
        if (now.is(wanted.other())) {
            throw new TrafficException("The switch answered that it was done, but the application still points at "
                    + wanted.other().database() + ".");
        }
    }
}
