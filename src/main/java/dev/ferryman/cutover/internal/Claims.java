package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which running cutover uses which database: one each. The primary key decides between two who come at once. */
@Component
class Claims {
    private final JdbcClient jdbc;

    Claims(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The running cutover that uses a database, empty where it is free. Claims of ended cutovers are given up. */
    Optional<CutoverSummary> holder(String resource, List<CutoverSummary> all) {
        Map<String, CutoverSummary> running = all.stream().filter(cutover -> !cutover.status().terminal())
                .collect(Collectors.toMap(CutoverSummary::id, cutover -> cutover));
        return jdbc.sql("SELECT cutover_id FROM cutover_claim WHERE resource = ?").param(resource).query(String.class)
                .optional().flatMap(id -> Optional.ofNullable(running.get(id)));
    }

    /** The completed real cutover that has moved its application to a database, empty where none has. */
    Optional<CutoverSummary> movedTo(String resource, List<CutoverSummary> all) {
        return jdbc.sql("SELECT cutover_id FROM cutover_claim WHERE resource = ?").param(resource).query(String.class)
                .optional().flatMap(id -> all.stream().filter(cutover -> cutover.id().equals(id)).findFirst())
                .filter(cutover -> cutover.status() == Status.COMPLETED && !cutover.rehearsal());
    }

    /** Claims a database; one of an ended cutover changes hands. Fails where another has just claimed it. */
    void claim(String resource, String cutoverId, List<CutoverSummary> all) {
        if (holder(resource, all).isEmpty()) {
            jdbc.sql("DELETE FROM cutover_claim WHERE resource = ?").param(resource).update();
        }
        jdbc.sql("INSERT INTO cutover_claim (resource, cutover_id) VALUES (?, ?)").params(resource, cutoverId).update();
    }
}
