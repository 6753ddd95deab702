package dev.ferryman.cutover.internal;

import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.List;
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
        PLANS,
        /** A database that a step has made to try something, and has not dropped yet. */
        SCRATCH,
        /** A restored database that waits to take its place. */
        RESTORED,
        /** A command that changes a schema, which a step has begun and not seen to end. */
        COMMAND
    }

    /** Keeps one; what the same step has kept before is replaced. */
    void keep(String cutoverId, String step, Kind kind, Object content, Instant at) {
        forget(cutoverId, step, kind);
        add(cutoverId, step, kind, content, at);
    }

    /** Keeps one beside what the same step has kept before. */
    void add(String cutoverId, String step, Kind kind, Object content, Instant at) {
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

    /**
     * A record and the step that has kept it.
     *
     * @param id its number
     * @param step the step's key
     */
    record Of<T>(long id, String step, T content) {}

    /** All of a kind, oldest first. */
    <T> List<Of<T>> all(String cutoverId, Kind kind, Class<T> type) {
        return jdbc
                .sql("SELECT id, step, content FROM cutover_schema_record WHERE cutover_id = ? AND kind = ? ORDER BY id")
                .params(cutoverId, kind.name())
                .query((row, _) -> new Of<>(row.getLong(1), row.getString(2), JSON.readValue(row.getString(3), type)))
                .list();
    }

    /** Forgets what a step has kept. */
    void forget(String cutoverId, String step, Kind kind) {
        jdbc.sql("DELETE FROM cutover_schema_record WHERE cutover_id = ? AND step = ? AND kind = ?")
                .params(cutoverId, step, kind.name()).update();
    }

    /** Forgets one. */
    void forget(long id) {
        jdbc.sql("DELETE FROM cutover_schema_record WHERE id = ?").param(id).update();
    }
}
