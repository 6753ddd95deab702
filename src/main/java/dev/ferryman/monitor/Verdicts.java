package dev.ferryman.monitor;

import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What watches came to and what that rests on. A run is decided once: whoever comes second changes nothing. These
 * records stay when samples are removed.
 */
@Component
public class Verdicts {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<Sample>> SAMPLES = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** Built by the service. */
    public Verdicts(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    /**
     * What one probe came to.
     *
     * @param at when it was decided
     * @param verdict what it had come to by then
     * @param watched address or query
     * @param threshold in words
     * @param samples the latest of its samples, oldest first
     */
    public record ProbeVerdict(String probe, Instant at, MonitorState.Judgement verdict, String watched,
            String threshold,
            List<Sample> samples) {
        public ProbeVerdict {
            samples = List.copyOf(samples);
        }
    }

    /** Keeps what all probes of a run came to, unless it has been decided already. */
    public void decide(String run, List<ProbeVerdict> probes) {
        transactions.executeWithoutResult(_ -> probes.forEach(each -> jdbc
                .sql("""
                     INSERT INTO monitor_verdict (run, probe, decided_at, verdict, watched, threshold, samples)
                     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""").params(run, each.probe(),
                        Instants.text(each.at()), each.verdict().name(), each.watched(), each.threshold(),
                        JSON.writeValueAsString(each.samples()))
                .update()));
    }

    /** A probe's verdict and the threshold it was judged by, without the samples. */
    public record Judged(MonitorState.Judgement verdict, String threshold) {}

    /** The same as {@link #of} in short, by the probe's name. */
    public Map<String, Judged> judged(String run) {
        Map<String, Judged> judged = new HashMap<>();
        jdbc.sql("SELECT probe, verdict, threshold FROM monitor_verdict WHERE run = ?").param(run)
                .query((row, _) -> judged.put(row.getString("probe"), new Judged(
                        MonitorState.Judgement.valueOf(row.getString("verdict")), row.getString("threshold"))))
                .list();
        return judged;
    }

    /** What the probes of a run came to; empty while it is not decided. */
    public List<ProbeVerdict> of(String run) {
        return jdbc.sql("SELECT * FROM monitor_verdict WHERE run = ? ORDER BY probe").param(run)
                .query((row, _) -> new ProbeVerdict(row.getString("probe"), Instants.parse(row.getString("decided_at")),
                        MonitorState.Judgement.valueOf(row.getString("verdict")), row.getString("watched"),
                        row.getString("threshold"), JSON.readValue(row.getString("samples"), SAMPLES)))
                .list();
    }
}
