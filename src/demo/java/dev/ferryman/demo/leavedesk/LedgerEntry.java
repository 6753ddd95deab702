package dev.ferryman.demo.leavedesk;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One acknowledged write.
 *
 * @param number 1, 2, 3, … in the order of acknowledgement
 * @param at when it was acknowledged
 * @param dialect the database that took it
 * @param operation what was done: create, approve, reject, cancel, use, accrue, configure
 * @param ref unique token of this write, stored with it in {@code audit_log.ref}
 * @param requestId the leave request concerned; null where none is
 * @param status the request's status after the write; null where the write does not decide it
 */
public record LedgerEntry(long number, Instant at, Dialect dialect, String operation, String ref,
        @Nullable Long requestId, @Nullable String status) {

    String line() {
        return String.join("\t", Long.toString(number), at.toString(), dialect.name(), operation, ref,
                requestId == null ? "-" : requestId.toString(), status == null ? "-" : status) + "\n";
    }

    /** Reads {@link #line()}; empty where the line is torn, as after a crash in the middle of writing it. */
    static Optional<LedgerEntry> parse(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 7) {
            return Optional.empty();
        }
        return Optional.of(new LedgerEntry(Long.parseLong(parts[0]), Instant.parse(parts[1]), Dialect.valueOf(parts[2]),
                parts[3], parts[4], parts[5].equals("-") ? null : Long.valueOf(parts[5]),
                parts[6].equals("-") ? null : parts[6]));
    }
}
