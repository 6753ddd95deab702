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

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** Built by the service. */
    public MonitorLog(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** What the run's samples amount to, empty before its first. */
    public Optional<MonitorState> state(String run) {
        return jdbc.sql("""
                        SELECT r.*, s.at, s.kind, s.latency_ms, s.detail FROM monitor_run r
                        JOIN monitor_sample s ON s.id = r.last_sample WHERE r.run = ?""").param(run)
                .query(MonitorLog::state)
                .optional();
    }

    /** Keeps a sample together with what it changed. */
    public void record(String run, Sample sample, MonitorState after) {
        transactions.executeWithoutResult(_ -> {
            jdbc.sql("INSERT INTO monitor_sample (run, at, kind, latency_ms, detail) VALUES (?, ?, ?, ?, ?)")
                    .params(run, Instants.text(sample.at()), sample.kind().name(), sample.latency().toMillis(),
                            cut(sample.detail()))
                    .update();
            long id = jdbc.sql("SELECT max(id) FROM monitor_sample WHERE run = ?").param(run).query(Long.class)
                    .single();
            jdbc.sql("DELETE FROM monitor_run WHERE run = ?").param(run).update();
            jdbc.sql("""
                     INSERT INTO monitor_run (run, started_at, samples, last_sample, breach_since, breached_ms,
                         consecutive_ok, observed_ms, silent_ms) VALUES (:run, :started, :samples, :last, :breachSince,
                         :breached, :oks, :observed, :silent)""").paramSource(new MapSqlParameterSource()
                    .addValue("run", run).addValue("started", Instants.text(after.startedAt()))
                    .addValue("samples", after.samples()).addValue("last", id)
                    .addValue("breachSince", text(after.breachSince()), Types.VARCHAR)
                    .addValue("breached", after.breached().toMillis()).addValue("oks", after.consecutiveOk())
                    .addValue("observed", after.observed().toMillis()).addValue("silent", after.silent().toMillis()))
                    .update();
        });
    }

    /** The latest samples of a run, oldest first. */
    public List<Sample> recent(String run, int limit) {
        return jdbc.sql("SELECT at, kind, latency_ms, detail FROM monitor_sample WHERE run = ? ORDER BY id DESC LIMIT "
                + limit).param(run).query((row, _) -> sample(row)).list().reversed();
    }

    private static MonitorState state(ResultSet row, int number) throws SQLException {
        String breachSince = row.getString("breach_since");
        return new MonitorState(Instants.parse(row.getString("started_at")), row.getLong("samples"), sample(row),
                breachSince == null ? null : Instants.parse(breachSince), Duration.ofMillis(row.getLong("breached_ms")),
                row.getInt("consecutive_ok"), Duration.ofMillis(row.getLong("observed_ms")),
                Duration.ofMillis(row.getLong("silent_ms")));
    }

    private static Sample sample(ResultSet row) throws SQLException {
        return new Sample(Instants.parse(row.getString("at")), Sample.Kind.valueOf(row.getString("kind")),
                Duration.ofMillis(row.getLong("latency_ms")), row.getString("detail"));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : Instants.text(instant);
    }

    private static String cut(String detail) {
        return detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
    }
}
