package dev.ferryman.monitor;

import dev.ferryman.store.Instants;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps samples and what they amount to in the state store. A run is one attempt at a step. */
@Component
public class MonitorLog {
    private static final int LONGEST_DETAIL = 500;
    /** Length of an instant's text up to the tens of minutes. */
    private static final int TEN_MINUTES = "2026-03-01T02:1".length();

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** Built by the service. */
    public MonitorLog(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    /**
     * A sample with its place in the log.
     *
     * @param number grows with every sample of every run
     */
    public record Kept(long number, String probe, Sample sample) {}

    /** What the samples of a run's probe amount to, empty before its first. */
    public Optional<MonitorState> state(String run, String probe) {
        return jdbc.sql("SELECT * FROM monitor_probe WHERE run = ? AND probe = ?").params(run, probe)
                .query(MonitorLog::state).optional();
    }

    /** Keeps a sample together with what it changed. */
    public void record(String run, String probe, Sample sample, MonitorState after) {
        transactions.executeWithoutResult(_ -> {
            jdbc.sql("""
                     INSERT INTO monitor_sample (run, probe, at, kind, latency_ms, sampled_value, detail)
                     VALUES (:run, :probe, :at, :kind, :latency, :value, :detail)""")
                    .paramSource(sample(run, probe, sample))
                    .update();
            jdbc.sql("""
                     INSERT INTO monitor_probe (run, probe, started_at, samples, telling, at, kind, latency_ms,
                         sampled_value, detail, breach_since, breached_ms, consecutive_ok, consecutive_errors,
                         observed_ms, silent_ms, unseen_ms, ignored_ms)
                     VALUES (:run, :probe, :started, :samples, :telling, :at, :kind, :latency, :value, :detail,
                         :breachSince, :breached, :oks, :errors, :observed, :silent, :unseen, :ignored)
                     ON CONFLICT (run, probe) DO UPDATE SET started_at = excluded.started_at,
                         samples = excluded.samples, telling = excluded.telling, at = excluded.at,
                         kind = excluded.kind, latency_ms = excluded.latency_ms,
                         sampled_value = excluded.sampled_value, detail = excluded.detail,
                         breach_since = excluded.breach_since, breached_ms = excluded.breached_ms,
                         consecutive_ok = excluded.consecutive_ok, consecutive_errors = excluded.consecutive_errors,
                         observed_ms = excluded.observed_ms, silent_ms = excluded.silent_ms,
                         unseen_ms = excluded.unseen_ms, ignored_ms = excluded.ignored_ms""")
                    .paramSource(sample(run, probe, sample)
                            .addValue("started", Instants.text(after.startedAt())).addValue("samples", after.samples())
                            .addValue("telling", after.telling())
                            .addValue("breachSince", text(after.breachSince()), Types.VARCHAR)
                            .addValue("breached", after.breached().toMillis()).addValue("oks", after.consecutiveOk())
                            .addValue("errors", after.consecutiveErrors())
                            .addValue("observed", after.observed().toMillis())
                            .addValue("silent", after.silent().toMillis())
                            .addValue("unseen", after.unseen().toMillis())
                            .addValue("ignored", after.ignored().toMillis()))
                    .update();
        });
    }

    private static MapSqlParameterSource sample(String run, String probe, Sample sample) {
        return new MapSqlParameterSource().addValue("run", run).addValue("probe", probe)
                .addValue("at", Instants.text(sample.at())).addValue("kind", sample.kind().name())
                .addValue("latency", wholeMillis(sample.latency())).addValue("value", sample.value(), Types.DOUBLE)
                .addValue("detail", cut(sample.detail()));
    }

    /** The latest samples of a run's probe, oldest first. */
    public List<Sample> recent(String run, String probe, int limit) {
        return jdbc.sql("SELECT * FROM monitor_sample WHERE run = ? AND probe = ? ORDER BY id DESC LIMIT " + limit)
                .params(run, probe).query((row, _) -> sample(row)).list().reversed();
    }

    /**
     * Samples of a run in the order they were kept.
     *
     * @param probe of this probe only; null for all
     * @param after only those with a greater number
     * @param limit at most so many
     */
    public List<Kept> page(String run, @Nullable String probe, long after, int limit) {
        return jdbc.sql("SELECT * FROM monitor_sample WHERE run = :run AND id > :after"
                + (probe == null ? "" : " AND probe = :probe") + " ORDER BY id LIMIT " + limit).param("run", run)
                .param("after", after).param("probe", probe, Types.VARCHAR)
                .query((row, _) -> new Kept(row.getLong("id"), row.getString("probe"), sample(row))).list();
    }

    /**
     * Samples of a run's probe over its whole time, evenly thinned where there are many; breaches stay.
     *
     * @param points about so many, breaches not counted
     */
    public List<Sample> curve(String run, String probe, int points) {
        long all = jdbc.sql("SELECT count(*) FROM monitor_sample WHERE run = ? AND probe = ?").params(run, probe)
                .query(Long.class).single();
        long step = Math.max(1, (all + points - 1) / points);
        return jdbc.sql("""
                        SELECT * FROM (SELECT s.*, ROW_NUMBER() OVER (ORDER BY id DESC) AS nr FROM monitor_sample s
                            WHERE run = ? AND probe = ?) numbered
                        WHERE nr % ? = 1 OR ? = 1 OR kind = 'BREACH' ORDER BY id DESC LIMIT ?""")
                .params(run, probe, step, step, 2 * points).query((row, _) -> sample(row)).list().reversed();
    }

    /** How many samples of a kind a run's probe has since then. */
    public long count(String run, String probe, Sample.Kind kind, Instant since) {
        return jdbc.sql("SELECT count(*) FROM monitor_sample WHERE run = ? AND probe = ? AND kind = ? AND at >= ?")
                .params(run, probe, kind.name(), Instants.text(since)).query(Long.class).single();
    }

    /** Latencies of the answers a run's probe got since then, the latest so many at most. */
    public List<Duration> latencies(String run, String probe, Instant since, int limit) {
        return jdbc.sql("SELECT latency_ms FROM monitor_sample WHERE run = ? AND probe = ? AND at >= ?"
                + " AND kind <> 'ERROR' AND latency_ms > 0 ORDER BY id DESC LIMIT " + limit)
                .params(run, probe, Instants.text(since))
                .query((row, _) -> Duration.ofMillis(row.getLong("latency_ms"))).list();
    }

    /** Figures of all good samples of a run's probe. */
    public List<Double> values(String run, String probe) {
        return jdbc.sql("SELECT sampled_value FROM monitor_sample WHERE run = ? AND probe = ? AND kind = 'OK'"
                + " AND sampled_value IS NOT NULL ORDER BY id DESC LIMIT 100000").params(run, probe)
                .query((row, _) -> Double.valueOf(row.getDouble("sampled_value"))).list();
    }

    /** Counters as a run's probe last noted them, empty before it did. */
    public Optional<String> counters(String run, String probe) {
        return jdbc.sql("SELECT counters FROM monitor_counter WHERE run = ? AND probe = ?").params(run, probe)
                .query(String.class).optional();
    }

    /** Notes counters, for later samples to be compared with. */
    public void note(String run, String probe, String counters) {
        jdbc.sql("INSERT INTO monitor_counter (run, probe, counters) VALUES (?, ?, ?)"
                + " ON CONFLICT (run, probe) DO UPDATE SET counters = excluded.counters").params(run, probe, counters)
                .update();
    }

    /** Removes samples and counters that are older; what they amounted to and what was decided stays. */
    public int removeOlderThan(Instant before) {
        String then = Instants.text(before);
        jdbc.sql("DELETE FROM monitor_counter WHERE run NOT IN (SELECT run FROM monitor_probe WHERE at >= ?)")
                .param(then).update();
        return jdbc.sql("DELETE FROM monitor_sample WHERE at < ?").param(then).update();
    }

    /** Of good samples that are older, keeps one in ten minutes; all others tell something of their own. */
    public int thinOlderThan(Instant before) {
        return jdbc.sql("DELETE FROM monitor_sample WHERE kind = 'OK' AND at < :before AND id NOT IN ("
                + "SELECT min(id) FROM monitor_sample WHERE kind = 'OK' AND at < :before GROUP BY run, probe, substr(at, 1, "
                + TEN_MINUTES + "))").param("before", Instants.text(before)).update();
    }

    private static MonitorState state(ResultSet row, int number) throws SQLException {
        String breachSince = row.getString("breach_since");
        return new MonitorState(Instants.parse(row.getString("started_at")), row.getLong("samples"),
                row.getLong("telling"), sample(row), breachSince == null ? null : Instants.parse(breachSince),
                millis(row, "breached_ms"), row.getInt("consecutive_ok"), row.getInt("consecutive_errors"),
                millis(row, "observed_ms"), millis(row, "silent_ms"), millis(row, "unseen_ms"),
                millis(row, "ignored_ms"));
    }

    private static Sample sample(ResultSet row) throws SQLException {
        double number = row.getDouble("sampled_value");
        Double value = row.wasNull() ? null : Double.valueOf(number);
        return new Sample(Instants.parse(row.getString("at")), Sample.Kind.valueOf(row.getString("kind")),
                millis(row, "latency_ms"), value, row.getString("detail"));
    }

    private static Duration millis(ResultSet row, String column) throws SQLException {
        return Duration.ofMillis(row.getLong(column));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : Instants.text(instant);
    }

    /** Zero is no answer at all: one that took less than a millisecond took one. */
    private static long wholeMillis(Duration latency) {
        return Math.ceilDiv(latency.toNanos(), 1_000_000L);
    }

    /** What came from outside may hold a character that PostgreSQL takes in no text. */
    private static String cut(String given) {
        String detail = given.replace('\0', ' ');
        return detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
    }
}
