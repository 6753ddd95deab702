package dev.ferryman.hook.internal;

/** Keeps the beginning of an output and counts the rest. */
public final class CappedOutput {
    /** Longer lines are cut in pieces, so that output without line breaks stays bounded too. */
    public static final int LONGEST_LINE = 8_192;

    private final int limit;
    private final StringBuilder kept = new StringBuilder();
    private long dropped;

    /** @param limit how many characters are kept */
    public CappedOutput(int limit) {
        this.limit = limit;
    }

    /** Adds a line; answers whether it was kept. */
    public synchronized boolean add(String line) {
        if (dropped > 0 || kept.length() + line.length() + 1 > limit) {
            dropped += line.length() + 1L;
            return false;
        }
        kept.append(line).append('\n');
        return true;
    }

    /** What was kept, with a last line that says how much is missing. */
    public synchronized String text() {
        return dropped == 0 ? kept.toString() : kept + "… " + dropped + " more characters were not kept\n";
    }
}
