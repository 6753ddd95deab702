package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.GuardrailView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import dev.ferryman.store.Instants;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Keeps how far each cutover's replication is, one row per cutover and direction, for every replica to show. */
@Component
class ReplicationStore {
    /** Without news for so long, what was last found says nothing about now. */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {
    };
    private static final TypeReference<List<GuardrailView>> GUARDRAILS = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final Clock clock;

    ReplicationStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps how far it is. */
    void put(String cutoverId, ReplicationView view) {
        var row = new MapSqlParameterSource().addValue("id", cutoverId).addValue("direction", view.direction().name())
                .addValue("state", view.state().name()).addValue("at", Instants.text(view.at()))
                .addValue("synced", text(view.syncedAt()), Types.VARCHAR).addValue("backlog", view.backlog())
                .addValue("lag", view.lag().toMillis()).addValue("changes", view.changes())
                .addValue("rows", view.rows()).addValue("unproved", view.unproved())
                .addValue("whole", JSON.writeValueAsString(view.wholeTables()))
                .addValue("guardrails", JSON.writeValueAsString(view.guardrails()))
                .addValue("what", view.what(), Types.VARCHAR).addValue("next", view.next(), Types.VARCHAR);
        int known = jdbc.sql("""
                             UPDATE cutover_replication SET state = :state, at = :at, synced_at = :synced,
                                 backlog = :backlog, lag_millis = :lag, change_count = :changes, row_count = :rows,
                                 unproved = :unproved, whole_tables = :whole, guardrails = :guardrails,
                                 what = :what, what_next = :next
                             WHERE cutover_id = :id AND direction = :direction""").paramSource(row).update();
        if (known == 0) {
            jdbc.sql("""
                     INSERT INTO cutover_replication (cutover_id, direction, state, at, synced_at, backlog, lag_millis,
                         change_count, row_count, unproved, whole_tables, guardrails, what, what_next)
                     VALUES (:id, :direction, :state, :at, :synced, :backlog, :lag, :changes, :rows, :unproved, :whole,
                         :guardrails, :what, :next)""").paramSource(row).update();
        }
    }

    /** As it was last found, in the direction that was followed last; the lag is that of now. */
    Optional<ReplicationView> latest(String cutoverId) {
        return jdbc.sql("SELECT * FROM cutover_replication WHERE cutover_id = ? ORDER BY at DESC LIMIT 1")
                .param(cutoverId).query((row, _) -> view(row)).optional();
    }

    /** As it was last found in one direction; the lag is that of now. */
    Optional<ReplicationView> of(String cutoverId, Direction direction) {
        return jdbc.sql("SELECT * FROM cutover_replication WHERE cutover_id = ? AND direction = ?")
                .params(cutoverId, direction.name()).query((row, _) -> view(row)).optional();
    }

    /** Nothing of the cutover is followed any more. */
    void end(String cutoverId) {
        jdbc.sql("UPDATE cutover_replication SET state = 'ENDED', guardrails = '[]', what = NULL, what_next = NULL"
                + " WHERE cutover_id = ?").param(cutoverId).update();
    }

    private ReplicationView view(ResultSet row) throws SQLException {
        State state = State.valueOf(row.getString("state"));
        String synced = row.getString("synced_at");
        Instant syncedAt = synced == null ? null : Instants.parse(synced);
        Duration lag = Duration.ofMillis(row.getLong("lag_millis"));
        Instant at = Instants.parse(row.getString("at"));
        Instant now = clock.instant();
        boolean silent = state == State.STOPPED
                || state == State.FOLLOWING && now.isAfter(at.plus(SILENT_AFTER));
        return new ReplicationView(Direction.valueOf(row.getString("direction")), state, at, syncedAt,
                row.getLong("backlog"), silent && syncedAt != null ? Duration.between(syncedAt, now) : lag,
                row.getLong("change_count"), row.getLong("row_count"), row.getLong("unproved"),
                JSON.readValue(row.getString("whole_tables"), NAMES),
                JSON.readValue(row.getString("guardrails"), GUARDRAILS), row.getString("what"),
                row.getString("what_next"));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : Instants.text(instant);
    }
}
