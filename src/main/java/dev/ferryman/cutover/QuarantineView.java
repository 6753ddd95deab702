package dev.ferryman.cutover;

import java.util.List;

/**
 * What is in quarantine of a cutover.
 *
 * @param rows rows in all
 * @param digest of all of them, whatever their order, 64 hexadecimal digits; an acceptance names the first 16
 * @param held by table and reason
 * @param shown rows after the one that was asked for
 * @param more whether there are others behind them
 */
public record QuarantineView(long rows, String digest, List<Held> held, List<Row> shown, boolean more) {
    /** Most rows shown at once. */
    public static final int PAGE = 100;

    public QuarantineView {
        held = List.copyOf(held);
        shown = List.copyOf(shown);
    }

    /** Rows of one source table that are there for one reason. */
    public record Held(String table, List<String> columns, String reason, long rows) {}

    /** One row; {@code values} holds the columns that do not fit, each cut after 200 characters. */
    public record Row(long number, String table, String key, List<String> columns, String reason, String values) {}

    /** Number of the last row shown, 0 where there is none. */
    public long last() {
        return shown.isEmpty() ? 0 : shown.getLast().number();
    }

    /** The first digits of the digest, by which an acceptance names it. */
    public String shortDigest() {
        return shorten(digest);
    }

    /** The first digits of a digest, by which an acceptance names it. */
    public static String shorten(String digest) {
        return digest.substring(0, 16);
    }
}
