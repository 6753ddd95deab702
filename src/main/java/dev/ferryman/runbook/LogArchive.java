package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverRecords.Table;
import dev.ferryman.runbook.internal.EventLog;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes what the state store holds of cutovers that ended long ago out of it, once it is safe in a file. One event stays,
 * which closes the log; while it is not there, the store itself refuses to let events go.
 */
public final class LogArchive {
    /** The runbook's own. The counter of changes stays, so that open pages hear of it. */
    private static final List<Table> OWN = Stream.of("step_output", "step_progress", "effect_journal", "step_lease")
            .map(Table::of).toList();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final EventLog log;
    private final EventChain chain;
    private final Changes changes;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Supplier<List<CutoverRecords>> records;

    /** @param records what the packages keep beside the logs */
    public LogArchive(EventLog log, EventChain chain, Changes changes, JdbcTemplate jdbc,
            TransactionTemplate transactions, Supplier<List<CutoverRecords>> records) {
        this.log = log;
        this.chain = chain;
        this.changes = changes;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.records = records;
    }

    /** Cutovers that have ended, did not change since this moment, and are not archived; the first to end comes first. */
    public List<CutoverSummary> due(Instant since) {
        return log.list().reversed().stream()
                .filter(each -> each.status().terminal() && each.archived() == null && each.updated().isBefore(since))
                .toList();
    }

    /** Why an ended cutover cannot be archived yet, as half a sentence; empty where it can. */
    public Optional<String> needed(String cutoverId) {
        Cutover cutover = log.load(cutoverId);
        return records.get().stream().map(each -> each.needed(cutover)).flatMap(Optional::stream).findFirst();
    }

    /**
     * Hands out every row that will go, table by table.
     *
     * @param sink takes the table and the row as JSON in one line
     * @return how many there are of each table, to be given to {@link #close}
     */
    public Map<String, Long> read(String cutoverId, BiConsumer<String, String> sink) {
        Map<String, Long> counts = new LinkedHashMap<>();
        var columns = new ColumnMapRowMapper();
        for (Table table : tables()) {
            counts.put(table.name(), 0L);
            jdbc.query("SELECT * FROM " + table.name() + " WHERE " + table.where(), row -> {
                counts.merge(table.name(), 1L, Long::sum);
                if (!table.secret()) {
                    sink.accept(table.name(), JSON.writeValueAsString(columns.mapRow(row, 0)));
                }
            }, cutoverId);
        }
        return counts;
    }

    /**
     * Does something while nobody can close the log.
     *
     * @throws ArchivedCutoverException where it is closed
     */
    public void open(String cutoverId, Runnable work) {
        transactions.executeWithoutResult(_ -> {
            log.lock(cutoverId);
            log.load(cutoverId);
            work.run();
        });
    }

    /**
     * Closes the log, and removes what the archive has: all in one transaction or nothing.
     *
     * @param archived the archive, which the caller has read back and verified
     * @param rows what {@link #read} counted for it
     * @param there whether the archive is there still, asked under the lock of {@link #open}
     * @throws IllegalStateException where the cutover is no longer what was archived; nothing is removed
     */
    public void close(String cutoverId, ArchivedLog archived, Map<String, Long> rows, BooleanSupplier there) {
        transactions.executeWithoutResult(_ -> {
            log.lock(cutoverId);
            if (!there.getAsBoolean()) {
                throw new IllegalStateException("Another process has begun to archive cutover " + cutoverId);
            }
            EventChain.Report now = chain.verify(cutoverId);
            if (!now.whole() || now.archived().isPresent() || now.events() != archived.events()
                    || !now.lastHash().equals(archived.lastHash())) {
                throw new IllegalStateException("The log of cutover " + cutoverId + " is not the one in "
                        + archived.file());
            }
            for (Table table : tables()) {
                int gone = jdbc.update("DELETE FROM " + table.name() + " WHERE " + table.where(), cutoverId);
                if (gone != rows.getOrDefault(table.name(), 0L)) {
                    throw new IllegalStateException("Table " + table.name() + " has other rows of cutover " + cutoverId
                            + " than " + archived.file());
                }
            }
            log.close(cutoverId, archived);
            changes.count(cutoverId);
        });
    }

    private List<Table> tables() {
        return Stream.concat(OWN.stream(), records.get().stream().flatMap(each -> each.tables().stream())).toList();
    }
}
