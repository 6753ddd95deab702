package dev.ferryman.copy;

/** Hears how a snapshot goes on. Must return quickly and must not throw. */
public interface SnapshotListener {
    /** Hears nothing. */
    SnapshotListener SILENT = new SnapshotListener() {
    };

    /**
     * Pages were copied.
     *
     * @param copied bytes copied so far
     * @param total bytes of the source
     */
    default void copied(long copied, long total) {}

    /** All pages are there; integrity and hash are being worked out. */
    default void checking() {}
}
