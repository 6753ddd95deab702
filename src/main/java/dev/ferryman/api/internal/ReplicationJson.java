package dev.ferryman.api.internal;

import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.ReplicationView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the side without writes follows the other.
 *
 * @param direction {@code forward}: PostgreSQL follows SQLite; {@code back}: SQLite follows PostgreSQL
 * @param state {@code following}, {@code stopped} or {@code ended}
 * @param at when this was found
 * @param syncedAt up to when every write has arrived
 * @param backlogChanges recorded changes that have not arrived
 * @param lagSeconds how old the oldest of them may be
 * @param changes recorded changes brought over in this direction
 * @param rows rows written or deleted for them
 * @param unprovedChanges changes brought over whose rows were not compared yet
 * @param wholeTables tables without a usable key that have to be copied again
 * @param ready whether every guardrail held
 * @param guardrails what has to hold before writes may change sides
 * @param what why it does not go on
 * @param next what is safe and what to do
 */
record ReplicationJson(String direction, String state, Instant at, @Nullable Instant syncedAt, long backlogChanges,
        double lagSeconds, long changes, long rows, long unprovedChanges, List<String> wholeTables, boolean ready,
        List<GuardrailJson> guardrails, @Nullable String what, @Nullable String next) {
    /** Something that has to hold before writes may change sides. */
    record GuardrailJson(String name, boolean passed, String sentence) {}

    /** How writes went over: writers waited for {@code heldSeconds}; {@code gapSeconds} until the application was told. */
    record HandoverJson(String direction, Instant at, @Nullable Double heldSeconds, @Nullable Double gapSeconds,
            long drainedChanges) {
        static HandoverJson of(HandoverView view) {
            return new HandoverJson(Keys.of(view.direction()), view.at(), Seconds.ofNullable(view.held()),
                    Seconds.ofNullable(view.gap()), view.drained());
        }
    }

    static ReplicationJson of(ReplicationView view) {
        return new ReplicationJson(Keys.of(view.direction()), Keys.of(view.state()), view.at(), view.syncedAt(),
                view.backlog(), Seconds.of(view.lag()), view.changes(), view.rows(), view.unproved(),
                view.wholeTables(), view.ready(),
                view.guardrails().stream()
                        .map(each -> new GuardrailJson(each.name(), each.passed(), each.sentence())).toList(),
                view.what(), view.next());
    }
}
