package dev.ferryman.replication;

/**
 * What recording changes costs an application that commits row by row, as a trial beside it has measured.
 *
 * @param table source table that was tried
 * @param rows rows of it that were tried with
 * @param without commits a second without capture, the median of several rounds
 * @param with commits a second with it
 */
public record CaptureCost(String table, int rows, double without, double with) {
    /** Commits that are fewer with capture, in percent; 0 where the trial saw none fewer. */
    public long percent() {
        return Math.max(0, Math.round(100 * (1 - with / without)));
    }
}
