package dev.ferryman.cutover.internal;

import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Keeps what steps write down of a database: too long for a step's facts, and needed by later steps on any replica. */
@Component
class SchemaRecords {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;

    SchemaRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a record is of. */
    enum Kind {
        /** The database before the change. */
        BEFORE,
        /** The schema that a trial has come to. */
        TRIAL,
        /** Plans of queries. */
        PLANS
    }

    /** Keeps one; what the same step has kept before is replaced. */
    void keep(String cutoverId, String step, Kind kind, Object content, Instant at) {
        jdbc.sql("DELETE FROM cutover_schema_record WHERE cutover_id = ? AND step = ? AND kind = ?")
                .params(cutoverId, step, kind.name()).update();
        jdbc.sql(
                "INSERT INTO cutover_schema_record (cutover_id, step, kind, content, recorded_at) VALUES (?, ?, ?, ?, ?)")
                .params(cutoverId, step, kind.name(), JSON.writeValueAsString(content), Instants.text(at)).update();
    }

    /** The latest of a kind; of one step, where it is named. */
    <T> Optional<T> latest(String cutoverId, @Nullable String step, Kind kind, Class<T> type) {
        return jdbc.sql("""
                        SELECT content FROM cutover_schema_record
                        WHERE cutover_id = ? AND kind = ? AND (step = ? OR ?) ORDER BY recorded_at DESC, id DESC""")
                .params(cutoverId, kind.name(), step == null ? "" : step, step == null).query(String.class).list()
                .stream()
                .findFirst().map(content -> JSON.readValue(content, type));
    }
}
