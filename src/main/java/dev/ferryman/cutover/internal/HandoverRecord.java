package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import dev.ferryman.replication.FreezeOutcome;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.store.Instants;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps how writes went over. Which side has them is in the source file alone ({@code DESIGN.md} § 2.6); this is what pages
 * and the report tell of it.
 */
@Component
class HandoverRecord {
    private final JdbcClient jdbc;
    private final ReplicationStore replications;
    private final DataPlaneMetrics meters;

    HandoverRecord(JdbcClient jdbc, ReplicationStore replications, DataPlaneMetrics meters) {
        this.jdbc = jdbc;
        this.replications = replications;
        this.meters = meters;
    }

    /** Writes went over now. */
    void handedOver(StepContext context, Direction direction, FreezeOutcome.Switched switched) {
        context.outcome("Writes belong to " + side(direction) + " since " + switched.at() + "; writers waited for "
                + switched.held().toMillis() + " ms");
        put(context.cutoverId(), direction, switched.at(), switched.held(), switched.drained());
        meters.froze(context.cutoverId(), direction, switched.held());
        follow(context, direction);
    }

    /** Writes went over before, and the process that did it did not live to tell. */
    void passed(StepContext context, Direction direction, Instant at) {
        context.outcome("Writes belong to " + side(direction) + " since " + at);
        if (of(context.cutoverId(), direction).isEmpty()) {
            put(context.cutoverId(), direction, at, null, 0);
        }
        follow(context, direction);
    }

    private void follow(StepContext context, Direction direction) {
        replications.of(context.cutoverId(), direction).ifPresent(last -> {
            var ended = new ReplicationView(direction, State.ENDED, context.clock().instant(),
                    context.clock().instant(), 0, Duration.ZERO, last.changes(), last.rows(), 0, List.of(), List.of(),
                    null, null);
            replications.put(context.cutoverId(), ended);
            meters.lag(context.cutoverId(), ended);
        });
    }

    private void put(String cutoverId, Direction direction, Instant at, @Nullable Duration held, long drained) {
        jdbc.sql("DELETE FROM cutover_handover WHERE cutover_id = ? AND direction = ?")
                .params(cutoverId, direction.name()).update();
        jdbc.sql("INSERT INTO cutover_handover (cutover_id, direction, at, held_millis, drained)"
                + " VALUES (:id, :direction, :at, :held, :drained)")
                .paramSource(new MapSqlParameterSource().addValue("id", cutoverId)
                        .addValue("direction", direction.name()).addValue("at", Instants.text(at))
                        .addValue("held", held == null ? null : held.toMillis(), Types.BIGINT)
                        .addValue("drained", drained))
                .update();
    }

    /** The application was taken along, or has to be. */
    StepResult ended(StepContext context, Direction direction, Handover.Gone gone) {
        gone.gap().ifPresent(gap -> jdbc
                .sql("UPDATE cutover_handover SET gap_millis = ? WHERE cutover_id = ? AND direction = ?")
                .params(gap.toMillis(), context.cutoverId(), direction.name()).update());
        String where = "Writes belong to " + side(direction) + " now";
        return switch (gone.result()) {
            case StepResult.Passed passed -> {
                HandoverView view = of(context.cutoverId(), direction).orElseThrow();
                yield new StepResult.Passed(sentence(view) + " " + passed.summary(), facts(view));
            }
            case StepResult.Failed failed -> new StepResult.Failed(
                    where + ", but the application was not taken along: " + failed.what(),
                    "Writes that reach the old side are refused there, and none is lost. " + failed.next());
            case StepResult.Inconclusive unclear -> new StepResult.Inconclusive(where + ". " + unclear.what(),
                    unclear.next());
        };
    }

    /** Writes did not go over; writers may have waited for all the time they may wait. */
    void cancelled(StepContext context, Direction direction, Duration held, Duration budget) {
        if (held.compareTo(budget) >= 0) {
            meters.freezeOverran(context.cutoverId(), direction);
        }
    }

    /** One sentence on how it went. */
    static String sentence(HandoverView view) {
        return "Writes belong to " + side(view.direction()) + " since " + RollbackOutlook.AT.format(view.at())
                + "."
                + (view.held() == null
                        ? ""
                        : " They waited for " + view.held().toMillis() + " ms, with "
                                + Counted.of(view.drained(), "change") + " to drain"
                                + (view.gap() == null
                                        ? "."
                                        : "; after " + view.gap().toMillis() + " ms the application had been told."));
    }

    private static Map<String, Object> facts(HandoverView view) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("at", view.at().toString());
        facts.put("drained", view.drained());
        if (view.held() != null) {
            facts.put("heldMillis", view.held().toMillis());
        }
        if (view.gap() != null) {
            facts.put("gapMillis", view.gap().toMillis());
        }
        return facts;
    }

    private static String side(Direction direction) {
        return direction == Direction.FORWARD ? "PostgreSQL" : "SQLite";
    }

    /** Every handover of a cutover, oldest first. */
    List<HandoverView> all(String cutoverId) {
        return jdbc.sql("SELECT * FROM cutover_handover WHERE cutover_id = ? ORDER BY at").param(cutoverId)
                .query((row, _) -> view(row)).list();
    }

    private Optional<HandoverView> of(String cutoverId, Direction direction) {
        return jdbc.sql("SELECT * FROM cutover_handover WHERE cutover_id = ? AND direction = ?")
                .params(cutoverId, direction.name()).query((row, _) -> view(row)).optional();
    }

    private static HandoverView view(ResultSet row) throws SQLException {
        return new HandoverView(Direction.valueOf(row.getString("direction")), Instants.parse(row.getString("at")),
                millis(row, "held_millis"), millis(row, "gap_millis"), row.getLong("drained"));
    }

    private static @Nullable Duration millis(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Duration.ofMillis(millis);
    }
}
