package dev.ferryman.activity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a session waits for.
 *
 * @param since when it began to wait; null where the server does not say (yet)
 * @param kind what is locked, as in {@code pg_locks.locktype}: {@code relation}, {@code transactionid}, {@code tuple} and others
 * @param mode such as {@code AccessExclusiveLock}
 * @param relation table or index that it is about; null where it is about none, or lies in another database
 * @param blockers processes that are in the way, those ahead in the queue among them; 0 stands for a prepared transaction
 */
public record LockWait(@Nullable Instant since, String kind, String mode, @Nullable String relation,
        List<Integer> blockers) {
    /** Copies the list. */
    public LockWait {
        blockers = List.copyOf(blockers);
    }

    /** What it waits for, such as {@code AccessExclusiveLock on orders} or {@code a row of orders}. */
    public String what() {
        String on = relation == null ? "" : " of " + relation;
        return switch (kind) {
            case "relation" -> mode + " on " + (relation == null ? "a table of another database" : relation);
            case "transactionid" -> relation == null
                    ? "the end of another transaction, which has changed the same row"
                    : "a row" + on + " that another transaction has changed";
            case "tuple" -> "a row" + on;
            case "virtualxid" -> "the end of a transaction that is older";
            case "advisory" -> "an advisory lock of applications";
            default -> mode + " (" + kind + ")" + on;
        };
    }
}
