package dev.ferryman.demo.leavedesk;

import org.jspecify.annotations.Nullable;

/**
 * A committed write, about to be entered in the ledger. The fields are those of {@link LedgerEntry}.
 */
record Acknowledged(Dialect dialect, String operation, String ref, @Nullable Long requestId,
        @Nullable String status) {}
