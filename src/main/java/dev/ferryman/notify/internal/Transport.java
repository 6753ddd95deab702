package dev.ferryman.notify.internal;

/** Hands messages over to one place. Reads its secrets anew each time, so that changed ones are picked up. */
interface Transport {
    /** {@code slack}, {@code email} or {@code webhook}. */
    String kind();

    /** Where it leads, as far as that may be shown. */
    String where();

    /** Whether the other side can tell a repetition by {@link Outgoing#id()}. */
    boolean repeatable();

    /** Hands it over, or says why not; never throws for what the other side does. */
    Delivery deliver(Outgoing message) throws InterruptedException;
}
