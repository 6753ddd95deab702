package dev.ferryman.verify.internal;

import dev.ferryman.verify.VerifyListener;

/** Tells a listener of the rows of one part of a table now and then, and stops when the thread is interrupted. */
final class Progress {
    private static final int EVERY = 16_384;

    private final VerifyListener listener;
    private final String table;
    private int since;
    private long again;
    private long read;

    Progress(VerifyListener listener, String table) {
        this.listener = listener;
        this.table = table;
    }

    /** The same rows are read once more; those that were told of are not told of again. */
    void startAgain() {
        again = read;
        read = 0;
    }

    /** One more source row. */
    void row() throws InterruptedException {
        if (++read % EVERY == 0) {
            checkInterrupted();
        }
        if (read > again && ++since == EVERY) {
            tell();
        }
    }

    /** Tells of the rest. */
    void tell() {
        if (since > 0) {
            listener.rowsCompared(table, since);
            since = 0;
        }
    }

    static void checkInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("verification stopped");
        }
    }
}
