package dev.ferryman.api.internal;

import dev.ferryman.activity.Activity;
import dev.ferryman.activity.Backend;
import dev.ferryman.activity.BackendSignal;
import dev.ferryman.activity.LockWait;
import dev.ferryman.cutover.SessionsView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of the target, or a prepared transaction (with 0 for its process).
 *
 * @param pid with backendStart, xactStart and queryStart what a command has to name; null where there is none
 * @param state such as {@code active} or {@code idle in transaction}
 * @param query its present or latest statement, cut after 600 characters; null for callers who may not end sessions
 * @param ferryman whether it is one of Ferryman's own
 * @param depth 0 for one that waits for nobody, 1 for one that waits for it, and so on
 * @param behind processes that wait for it, directly or behind others
 * @param awaits the lock it waits for
 * @param holds locks it has on what others wait for
 * @param cancellable whether its statement can be cancelled, {@code terminable} whether it can be ended; {@code why} says why not
 */
record SessionJson(int pid, @Nullable Instant backendStart, @Nullable Instant xactStart, @Nullable Instant queryStart,
        String user, String application, String client, String database, String kind, String state,
        @Nullable Instant stateSince, @Nullable String query, boolean ferryman, int depth, List<Integer> behind,
        @Nullable WaitJson awaits, List<String> holds, boolean cancellable, boolean terminable, String why) {

    /** A lock that is waited for; {@code blockers} are processes, 0 for a prepared transaction. */
    record WaitJson(double seconds, String what, String mode, @Nullable String relation, List<Integer> blockers) {}

    /**
     * The sessions of a target.
     *
     * @param at by the server's clock; null where it could not be asked, and {@code trouble} says why
     * @param waiting how many sessions wait for a lock
     * @param hidden whether Ferryman's role may not see what sessions of others do
     * @param queue who is in the way, each followed by those who wait behind
     * @param open further transactions that have been open for 5 s or more
     */
    record Sessions(@Nullable Instant at, String trouble, String next, int waiting, double longestWaitSeconds,
            boolean hidden, List<SessionJson> queue, List<SessionJson> open) {
        static Sessions of(SessionsView view) {
            Activity activity = view.activity();
            return activity == null
                    ? new Sessions(null, view.trouble(), view.next(), 0, 0, false, List.of(), List.of())
                    : new Sessions(activity.at(), "", "", activity.waiting(), Seconds.of(activity.longest()),
                            activity.hidden(), activity.queue().stream().map(place -> SessionJson.of(place, activity))
                                    .toList(),
                            activity.open().stream().map(place -> SessionJson.of(place, activity)).toList());
        }
    }

    /**
     * A session is to be cancelled or ended.
     *
     * @param backendStart as it was shown, as are {@code xactStart} and {@code queryStart}: of another session, or one that is at
     *        something else, nothing is done
     * @param text the reason
     */
    record SessionCommand(@Nullable Instant backendStart, @Nullable Instant xactStart, @Nullable Instant queryStart,
            @Nullable String text) {}

    /** What came of it, one sentence. */
    record Outcome(String outcome) {}

    private static SessionJson of(Activity.Place place, Activity activity) {
        Backend backend = place.backend();
        var identity = backend.identity();
        LockWait wait = backend.awaits();
        return new SessionJson(backend.pid(), identity.started(), identity.transaction(), identity.query(),
                backend.user(), backend.application(), backend.client(), backend.database(), backend.kind(),
                backend.state(), backend.changed(), backend.text(), backend.own(), place.depth(), place.behind(),
                wait == null
                        ? null
                        : new WaitJson(Seconds.of(backend.waited(activity.at())), wait.what(), wait.mode(),
                                wait.relation(), wait.blockers()),
                backend.holds(), backend.objection(BackendSignal.CANCEL).isEmpty(),
                backend.objection(BackendSignal.TERMINATE).isEmpty(), backend.objection(BackendSignal.CANCEL));
    }
}
