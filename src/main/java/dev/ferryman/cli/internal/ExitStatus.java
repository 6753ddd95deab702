package dev.ferryman.cli.internal;

/** Exit statuses ({@code DESIGN.md} § 4). */
final class ExitStatus {
    /** Done. */
    static final int DONE = 0;
    /** Differences, or unsafe to go on. */
    static final int UNSAFE = 1;
    /** Bad input. */
    static final int BAD_INPUT = 2;
    /** Failed. */
    static final int FAILED = 3;

    private ExitStatus() {}
}
