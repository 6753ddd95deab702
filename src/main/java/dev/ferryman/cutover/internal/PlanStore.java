package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.PlanView;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanBasis;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanHash;
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

    /**
     * What a plan was made of.
     *
     * @param basis what was found
     * @param choices what people have decided
     */
    record Made(PlanBasis basis, PlanChoices choices) {
        Plan plan() {
            return basis.plan(choices);
        }
    }

    /** Keeps a plan with what it was made of. */
    void add(String cutoverId, String summary, Made made, List<String> changes) {
        Plan plan = made.plan();
        jdbc.sql("""
                 INSERT INTO cutover_plan (cutover_id, hash, summary, document, changes, created_at, choices, basis)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(cutoverId, PlanHash.of(plan), summary, JSON.writeValueAsString(plan),
                        JSON.writeValueAsString(changes), Instants.text(clock.instant()),
                        JSON.writeValueAsString(made.choices()), JSON.writeValueAsString(made.basis()))
                .update();
    }

    /** What the latest plan was made of; empty where there is none yet. */
    Optional<Made> made(String cutoverId) {
        return jdbc.sql("SELECT choices, basis FROM cutover_plan WHERE cutover_id = ? AND basis IS NOT NULL"
                + " ORDER BY id DESC LIMIT 1").param(cutoverId)
                .query((row, _) -> new Made(JSON.readValue(row.getString("basis"), PlanBasis.class),
                        JSON.readValue(row.getString("choices"), PlanChoices.class)))
                .optional();
    }

    /** What people have decided so far. */
    PlanChoices choices(String cutoverId) {
        return jdbc.sql("SELECT choices FROM cutover_plan WHERE cutover_id = ? AND choices IS NOT NULL"
                + " ORDER BY id DESC LIMIT 1").param(cutoverId)
                .query((row, _) -> JSON.readValue(row.getString("choices"), PlanChoices.class)).optional()
                .orElse(PlanChoices.none());
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
