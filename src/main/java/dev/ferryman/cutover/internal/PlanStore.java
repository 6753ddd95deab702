package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.PlanView;
import dev.ferryman.schema.Plan;
import dev.ferryman.store.Instants;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Keeps every plan of a cutover; the latest is the one in force. */
@Component
class PlanStore {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<String>> SENTENCES = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final Clock clock;

    PlanStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps a plan. */
    void add(String cutoverId, String hash, String summary, Plan plan, List<String> changes) {
        jdbc.sql("""
                 INSERT INTO cutover_plan (cutover_id, hash, summary, document, changes, created_at)
                 VALUES (?, ?, ?, ?, ?, ?)""").params(cutoverId, hash, summary, JSON.writeValueAsString(plan),
                JSON.writeValueAsString(changes), Instants.text(clock.instant())).update();
    }

    /** The latest plan. */
    Optional<PlanView> latest(String cutoverId) {
        return jdbc.sql("SELECT * FROM cutover_plan WHERE cutover_id = ? ORDER BY id DESC LIMIT 1").param(cutoverId)
                .query((row, _) -> new PlanView(row.getString("hash"), row.getString("summary"),
                        Instants.parse(row.getString("created_at")),
                        JSON.readValue(row.getString("document"), Plan.class),
                        JSON.readValue(row.getString("changes"), SENTENCES)))
                .optional();
    }
}
