package dev.ferryman.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One number for what a verification found, to be kept where it cannot be changed any more (the hash-chained event log, a
 * signed report) and computed again by anybody who has the figures. It is the SHA-256 of these lines in UTF-8, each ended
 * by a line feed, tables in the plan's order and a backslash before each backslash and
 * line feed of a name:
 *
 * <pre>
 * ferryman verification 1
 * snapshot SHA-256 of the snapshot, which is every value of the source
 * plan SHA-256 of the plan's decisions
 * verdict passed
 * table name source=1200 target=1200 quarantined=0 missing=0 extra=0 changed=0
 * structure failure code table object
 * </pre>
 */
public final class VerificationSeal {
    private VerificationSeal() {}

    /**
     * The seal as 64 hex digits.
     *
     * @param snapshotSha256 of the snapshot that was compared
     * @param planSha256 of the plan it was compared by
     */
    public static String of(VerificationResult result, String snapshotSha256, String planSha256) {
        var text = new StringBuilder("ferryman verification 1\n");
        line(text, "snapshot", snapshotSha256);
        line(text, "plan", planSha256);
        line(text, "verdict", result.verdict().name().toLowerCase(Locale.ROOT));
        for (var table : result.tables()) {
            line(text, "table", table.table(), "source=" + table.sourceRows(), "target=" + table.targetRows(),
                    "quarantined=" + table.quarantined(), "missing=" + table.missing(), "extra=" + table.extra(),
                    "changed=" + table.changed());
        }
        for (var finding : result.structure()) {
            line(text, "structure", finding.severity().name().toLowerCase(Locale.ROOT), finding.code(), finding.table(),
                    finding.object() == null ? "-" : finding.object());
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void line(StringBuilder text, String... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : " ").append(words[i].replace("\\", "\\\\").replace("\n", "\\\n"));
        }
        text.append('\n');
    }
}
