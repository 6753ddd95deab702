package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.StepLog;
import dev.ferryman.runbook.internal.Leases.Lease;
import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tables {@code step_output}, {@code step_progress} and {@code effect_journal}. */
final class StepRecords implements StepLog {
    private static final String LINES = "SELECT id, attempt, at, line FROM step_output WHERE cutover_id = ?"
            + " AND step_key = ?";

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final int kept;

    /** @param kept so many lines of an attempt's output are kept, the latest ones */
    StepRecords(JdbcTemplate template, int kept) {
        this.template = template;
        this.jdbc = JdbcClient.create(template);
        this.kept = kept;
    }

    /** A line not stored yet. */
    record NewLine(Instant at, String text) {}

    /** An item's progress not stored yet. */
    record NewProgress(String item, int ordinal, long done, long total, long bytes, Instant started, Instant updated) {}

    @Override
    public List<Line> output(String cutoverId, String stepKey, long after, int limit) {
        return jdbc.sql(LINES + " AND id > ? ORDER BY id LIMIT ?").params(cutoverId, stepKey, after, limit)
                .query((row, n) -> line(row.getLong(1), row.getInt(2), row.getString(3), row.getString(4))).list();
    }

    @Override
    public List<Line> tail(String cutoverId, String stepKey, int limit) {
        return jdbc.sql(LINES + " ORDER BY id DESC LIMIT ?").params(cutoverId, stepKey, limit)
                .query((row, n) -> line(row.getLong(1), row.getInt(2), row.getString(3), row.getString(4))).list()
                .reversed();
    }

    @Override
    public List<Progress> progress(String cutoverId, String stepKey) {
        return jdbc.sql("SELECT item, attempt, done, total, bytes, started, updated FROM step_progress p"
                + " WHERE cutover_id = ? AND step_key = ? AND attempt = (SELECT MAX(attempt) FROM step_progress"
                + " WHERE cutover_id = p.cutover_id AND step_key = p.step_key) ORDER BY ordinal, item")
                .params(cutoverId, stepKey)
                .query((row, n) -> new Progress(row.getString(1), row.getInt(2), row.getLong(3), row.getLong(4),
                        row.getLong(5), Instants.parse(row.getString(6)), Instants.parse(row.getString(7))))
                .list();
    }

    @Override
    public List<Effect> effects(String cutoverId, String stepKey) {
        return jdbc.sql("SELECT attempt, generation, at, intent, outcome, outcome_at FROM effect_journal"
                + " WHERE cutover_id = ? AND step_key = ? ORDER BY id").params(cutoverId, stepKey)
                .query((row, n) -> {
                    String outcomeAt = row.getString(6);
                    return new Effect(row.getInt(1), row.getLong(2), Instants.parse(row.getString(3)),
                            row.getString(4), row.getString(5),
                            outcomeAt == null ? null : Instants.parse(outcomeAt));
                }).list();
    }

    void write(Lease lease, List<NewLine> lines, List<NewProgress> progress) {
        template.batchUpdate("INSERT INTO step_output (cutover_id, step_key, attempt, at, line) VALUES (?, ?, ?, ?, ?)",
                lines.stream().map(line -> new Object[]{lease.cutoverId(), lease.stepKey(), lease.attempt(),
                        Instants.text(line.at()), line.text()}).toList());
        if (!lines.isEmpty()) {
            forgetTheOldest(lease);
        }
        for (NewProgress item : progress) {
            int known = jdbc.sql("UPDATE step_progress SET done = ?, total = ?, bytes = ?, updated = ?"
                    + " WHERE cutover_id = ? AND step_key = ? AND attempt = ? AND item = ?")
                    .params(item.done(), item.total(), item.bytes(), Instants.text(item.updated()), lease.cutoverId(),
                            lease.stepKey(), lease.attempt(), item.item())
                    .update();
            if (known == 0) {
                jdbc.sql("INSERT INTO step_progress (cutover_id, step_key, attempt, item, ordinal, done, total, bytes,"
                        + " started, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                        .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), item.item(), item.ordinal(),
                                item.done(), item.total(), item.bytes(), Instants.text(item.started()),
                                Instants.text(item.updated()))
                        .update();
            }
        }
    }

    void intent(Lease lease, Instant at, String description) {
        jdbc.sql("INSERT INTO effect_journal (cutover_id, step_key, attempt, generation, at, intent)"
                + " VALUES (?, ?, ?, ?, ?, ?)")
                .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), lease.generation(), Instants.text(at),
                        description)
                .update();
    }

    void outcome(Lease lease, Instant at, String description) {
        int written = jdbc.sql("UPDATE effect_journal SET outcome = ?, outcome_at = ? WHERE id = (SELECT MAX(id)"
                + " FROM effect_journal WHERE cutover_id = ? AND step_key = ? AND attempt = ? AND generation = ?"
                + " AND outcome IS NULL)")
                .params(description, Instants.text(at), lease.cutoverId(), lease.stepKey(), lease.attempt(),
                        lease.generation())
                .update();
        if (written == 0) {
            throw new IllegalStateException("An outcome was reported without an intent before it");
        }
    }

    private void forgetTheOldest(Lease lease) {
        jdbc.sql("DELETE FROM step_output WHERE cutover_id = ? AND step_key = ? AND attempt = ? AND id <= (SELECT id"
                + " FROM step_output WHERE cutover_id = ? AND step_key = ? AND attempt = ? ORDER BY id DESC"
                + " LIMIT 1 OFFSET ?)")
                .params(lease.cutoverId(), lease.stepKey(), lease.attempt(), lease.cutoverId(), lease.stepKey(),
                        lease.attempt(), kept)
                .update();
    }

    private static Line line(long number, int attempt, @Nullable String at, @Nullable String text) {
        return new Line(number, attempt, Instants.parse(String.valueOf(at)), String.valueOf(text));
    }
}
