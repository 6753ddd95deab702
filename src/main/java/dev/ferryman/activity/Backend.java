package dev.ferryman.activity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of the server, or a prepared transaction (with 0 for its process), as {@code pg_stat_activity} shows it.
 *
 * @param identity which one, and what it was at
 * @param kind as in {@code backend_type}: {@code client backend}, {@code autovacuum worker} and others; empty where the role may
 *        not see it
 * @param user its role
 * @param application what it calls itself
 * @param client where it comes from; empty where the role may not see it
 * @param database empty where it has none
 * @param state such as {@code active} or {@code idle in transaction}; empty where the role may not see it
 * @param changed since when it is in that state
 * @param text its present or latest statement, cut; null where it is not shown. It holds values, which may be personal
 * @param own whether it is one of Ferryman's
 * @param objection why it may not be ended from here, as half a sentence; empty where it may
 * @param awaits the lock it waits for, null where it waits for none
 * @param holds locks it has on what others wait for, such as {@code AccessShareLock on orders}
 */
public record Backend(BackendIdentity identity, String kind, String user, String application, String client,
        String database, String state, @Nullable Instant changed, @Nullable String text, boolean own,
        String objection, @Nullable LockWait awaits, List<String> holds) {
    private static final String RUNS_NOTHING = "it runs no statement that could be cancelled; only ending the session frees"
            + " its locks.";

    /** Copies the list. */
    public Backend {
        holds = List.copyOf(holds);
    }

    /** Number of its process; 0 for a prepared transaction. */
    public int pid() {
        return identity.pid();
    }

    /** Why it may not be asked to do this, as half a sentence; empty where it may. */
    public String objection(BackendSignal signal) {
        return objection.isEmpty() && signal == BackendSignal.CANCEL && !running() ? RUNS_NOTHING : objection;
    }

    /** Whether a statement of it runs. */
    public boolean running() {
        return state.equals("active") || state.startsWith("fastpath");
    }

    /** Whether its transaction is open and it does nothing in it. */
    public boolean idleInTransaction() {
        return state.startsWith("idle in transaction");
    }

    /** For how long it has waited for its lock, zero where it waits for none. */
    public Duration waited(Instant now) {
        return awaits == null
                ? Duration.ZERO
                : since(awaits.since() == null ? identity.query() : awaits.since(), now);
    }

    /** For how long its transaction has been open, zero where it has none. */
    public Duration open(Instant now) {
        return since(identity.transaction(), now);
    }

    /** For how long it has been in its state. */
    public Duration inState(Instant now) {
        return since(changed, now);
    }

    private static Duration since(@Nullable Instant from, Instant now) {
        return from == null || from.isAfter(now) ? Duration.ZERO : Duration.between(from, now);
    }

    /** What it is called: {@code shop of app_user at 10.0.0.7}. */
    public String name() {
        List<String> parts = new ArrayList<>();
        parts.add(application.isEmpty() ? "without a name" : application);
        if (!user.isEmpty()) {
            parts.add("of " + user);
        }
        if (!client.isEmpty()) {
            parts.add("at " + client);
        }
        return String.join(" ", parts);
    }

    Backend withoutText() {
        return new Backend(identity, kind, user, application, client, database, state, changed, null, own, objection,
                awaits, holds);
    }
}
