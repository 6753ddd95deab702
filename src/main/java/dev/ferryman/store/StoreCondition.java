package dev.ferryman.store;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Whether the state store takes what is written to it. While it does not, nobody may be told that something was done: pages
 * and API show what can still be read and refuse everything else. Steps under way go by what they can record; the two
 * databases of a cutover do not depend on this store (architecture.md, invariants 1 and 4).
 */
public final class StoreCondition {
    private static final Logger LOG = LoggerFactory.getLogger(StoreCondition.class);
    private static final int CAUSES = 20;

    private final AtomicReference<@Nullable Trouble> now = new AtomicReference<>();

    /** What is wrong with it. */
    public enum Kind {
        /** No room on its disk, or a limit that somebody set. */
        FULL("full", "The state store is full: nothing can be recorded, so nothing can be done here.",
                "Make room on its disk. Ferryman goes on by itself."),
        /** What it holds is not what was written. */
        DAMAGED("damaged", "The state store is damaged: nothing is written to it any more.",
                "Stop Ferryman, look for the cause, and restore the last backup with ‘ferryman restore-store’."),
        /** Not there, not reachable, or not to be written. */
        GONE("gone", "The state store does not answer: nothing can be recorded, so nothing can be done here.",
                "Bring it back, as it was. Ferryman goes on by itself.");

        private final String word;
        private final String what;
        private final String next;

        Kind(String word, String what, String next) {
            this.word = word;
            this.what = what;
            this.next = next;
        }
    }

    /**
     * A trouble as people are told of it.
     *
     * @param word one word for programs: {@code full}, {@code damaged}, {@code gone}
     * @param what what has happened, one sentence
     * @param next what to do, and what happens then
     */
    public record Trouble(Kind kind, String word, String what, String next) {
        private static Trouble of(Kind kind) {
            return new Trouble(kind, kind.word, kind.what
                    + " Both databases of every cutover are as they were; an application goes on with the one it has.",
                    kind.next);
        }
    }

    /** What is wrong, empty while all is well. */
    public Optional<Trouble> trouble() {
        return Optional.ofNullable(now.get());
    }

    /**
     * Takes note of what a failed access says about the store. Spring's exceptions are the store's: nothing else is reached
     * through them.
     *
     * @return what is wrong with the store; empty where the failure has another reason
     */
    public Optional<Trouble> seen(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
            if (cause instanceof DataAccessException || cause instanceof TransactionException) {
                return classified(cause);
            }
        }
        return Optional.empty();
    }

    /** The same for an access of the store's own. */
    public Optional<Trouble> failed(SQLException failure) {
        return classified(failure);
    }

    private Optional<Trouble> classified(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
            Kind kind = kind(cause);
            if (kind != null) {
                return Optional.of(set(kind));
            }
        }
        return Optional.empty();
    }

    /** It was written to and read back. What was found damaged stays so until somebody has looked after it. */
    public void well() {
        Trouble before = now.get();
        if (before != null && before.kind() != Kind.DAMAGED && now.compareAndSet(before, null)) {
            LOG.info("The state store takes writes again");
        }
    }

    /** Something else than an access has shown it. */
    public void found(Kind kind) {
        var _ = set(kind);
    }

    private Trouble set(Kind kind) {
        Trouble trouble = Trouble.of(kind);
        Trouble before = now.get();
        if (before != null && before.kind() == Kind.DAMAGED) {
            return before;
        }
        if (!trouble.equals(now.getAndSet(trouble))) {
            LOG.error("{} {}", trouble.what(), trouble.next());
        }
        return trouble;
    }

    private static @Nullable Kind kind(Throwable cause) {
        return switch (cause) {
            case SQLiteException sqlite -> kind(sqlite.getResultCode());
            case SQLException sql -> kind(String.valueOf(sql.getSQLState()));
            default -> null;
        };
    }

    private static @Nullable Kind kind(SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_FULL -> Kind.FULL;
            case SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_NOTADB, SQLITE_CORRUPT_INDEX, SQLITE_CORRUPT_SEQUENCE ->
                Kind.DAMAGED;
            default -> code.name().startsWith("SQLITE_IOERR") || code.name().startsWith("SQLITE_READONLY")
                    || code.name().startsWith("SQLITE_CANTOPEN") ? Kind.GONE : null;
        };
    }

    /** PostgreSQL's codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
    private static @Nullable Kind kind(String state) {
        return switch (state) {
            case "53100" -> Kind.FULL;
            case "XX001", "XX002" -> Kind.DAMAGED;
            // Stopping, starting, gone; a standby; no connection left, also where the pool says so.
            case "57P01", "57P02", "57P03", "25006", "53300" -> Kind.GONE;
            default -> state.startsWith("08") ? Kind.GONE : null;
        };
    }
}
