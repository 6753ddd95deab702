package dev.ferryman.monitor;

import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What figures were when all was well, for later ones to be compared with: one per template, source and name. */
@Component
public class Baselines {
    private final JdbcClient jdbc;

    /** Built by the service. */
    public Baselines(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a baseline belongs to: a template by its key, and the source of its cutovers. */
    public record Scope(String template, String source) {}

    /**
     * A figure as it was.
     *
     * @param median half of the values were not above it
     * @param p99 99 % of the values were not above it
     * @param samples how many values there were
     * @param unit what it is counted in
     * @param cutoverId the cutover, perhaps a rehearsal, that recorded it
     */
    public record Baseline(String name, double median, double p99, long samples, String unit, Instant recordedAt,
            String cutoverId) {

        /** Of values, at least one. */
        public static Baseline of(String name, List<Double> values, String unit, Instant recordedAt,
                String cutoverId) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Baseline(name, at(sorted, 50), at(sorted, 99), sorted.size(), unit, recordedAt, cutoverId);
        }

        private static double at(List<Double> sorted, int percentile) {
            return sorted.get(Math.max(0, (sorted.size() * percentile + 99) / 100 - 1));
        }
    }

    /** Keeps a baseline in place of the one before. */
    public void put(Scope scope, Baseline baseline) {
        jdbc.sql("""
                 INSERT INTO monitor_baseline (template, source, name, median, p99, samples, unit, recorded_at,
                     cutover_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (template, source, name) DO UPDATE SET median = excluded.median, p99 = excluded.p99,
                     samples = excluded.samples, unit = excluded.unit, recorded_at = excluded.recorded_at,
                     cutover_id = excluded.cutover_id""")
                .params(scope.template(), scope.source(), baseline.name(), baseline.median(), baseline.p99(),
                        baseline.samples(), baseline.unit(), Instants.text(baseline.recordedAt()),
                        baseline.cutoverId())
                .update();
    }

    /** The latest of that name. */
    public Optional<Baseline> find(Scope scope, String name) {
        return jdbc.sql("SELECT * FROM monitor_baseline WHERE template = ? AND source = ? AND name = ?")
                .params(scope.template(), scope.source(), name)
                .query((row, _) -> new Baseline(name, row.getDouble("median"), row.getDouble("p99"),
                        row.getLong("samples"), row.getString("unit"), Instants.parse(row.getString("recorded_at")),
                        row.getString("cutover_id")))
                .optional();
    }
}
