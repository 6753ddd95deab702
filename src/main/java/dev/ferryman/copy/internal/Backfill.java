package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyResult;
import dev.ferryman.copy.internal.Ledger.ChunkEntry;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Loads every chunk that the ledger does not hold yet, several at a time. */
final class Backfill {
    private final TargetLease lease;
    private final String job;
    private final SqliteSource snapshot;
    private final Plan plan;
    private final int jobs;
    private final CopyListener listener;
    private final List<TableProgress> progress = new ArrayList<>();
    private Sieve sieve = Sieve.none();

    Backfill(TargetLease lease, String job, SqliteSource snapshot, Plan plan, int jobs, CopyListener listener) {
        this.lease = lease;
        this.job = job;
        this.snapshot = snapshot;
        this.plan = plan;
        this.jobs = jobs;
        this.listener = listener;
        for (TablePlan table : plan.tables()) {
            progress.add(new TableProgress(table.source()));
        }
    }

    /** What is committed of a table. */
    private final class TableProgress {
        private final String table;
        private long rows;
        private long bytes;
        private long quarantined;
        private int missing;

        TableProgress(String table) {
            this.table = table;
        }

        synchronized void add(long moreRows, long moreBytes, long moreQuarantined) {
            rows += moreRows;
            bytes += moreBytes;
            quarantined += moreQuarantined;
        }

        synchronized void expect() {
            missing++;
        }

        synchronized void committed(ChunkLoader.Loaded loaded) {
            add(loaded.rows(), loaded.bytes(), loaded.quarantined());
            missing--;
            tell();
        }

        synchronized void tell() {
            listener.copied(table, rows, bytes);
            if (missing == 0) {
                listener.tableFinished(table);
            }
        }

        synchronized CopyResult.Table result() {
            return new CopyResult.Table(table, rows, bytes, quarantined);
        }
    }

    /** Finds what does not go into its table, which takes a while where any row may go to quarantine. */
    private Sieve sieve(Connection connection, List<Chunk> chunks) throws SQLException, InterruptedException {
        List<List<WireColumn>> columns = new ArrayList<>();
        for (TablePlan table : plan.tables()) {
            columns.add(table.quarantine().isEmpty() ? List.of() : TargetTypes.wireColumns(connection, table));
        }
        if (plan.quarantines()) {
            listener.phase("Looking for rows that go to quarantine");
        }
        return Sieve.of(snapshot, plan, columns, chunks);
    }

    CopyResult run() throws SQLException, InterruptedException {
        Connection connection = lease.connection();
        LoadMode mode = LoadMode.find(connection, plan);
        List<ChunkEntry> entries = Ledger.chunks(connection, job);
        List<Chunk> missing = new ArrayList<>();
        for (ChunkEntry entry : entries) {
            TableProgress table = progress.get(entry.chunk().table());
            Long rows = entry.rows();
            if (rows == null) {
                missing.add(entry.chunk());
                table.expect();
            } else {
                table.add(rows, entry.bytes(), entry.quarantined());
            }
        }
        sieve = missing.isEmpty()
                ? Sieve.none()
                : sieve(connection, entries.stream().map(ChunkEntry::chunk).toList());
        progress.forEach(TableProgress::tell);
        if (mode.inOrder()) {
            for (int i = 0; i < plan.tables().size(); i++) {
                int number = i;
                load(missing.stream().filter(chunk -> chunk.table() == number).toList(), mode);
            }
        } else {
            load(missing, mode);
        }
        return new CopyResult(progress.stream().map(TableProgress::result).toList(), entries.size(),
                entries.size() - missing.size(), reader());
    }

    private String reader() throws SQLException {
        try (var reader = new SnapshotReader(snapshot)) {
            return reader.name();
        }
    }

    private void load(List<Chunk> chunks, LoadMode mode) throws SQLException, InterruptedException {
        if (chunks.isEmpty()) {
            return;
        }
        Queue<Chunk> waiting = new ConcurrentLinkedQueue<>(chunks);
        var workers = new Workers();
        workers.run(Math.min(jobs, chunks.size()), () -> {
            try (var loader = new ChunkLoader(snapshot, lease, job, mode)) {
                workers.working(loader.connection());
                int number = -1;
                SourceTable table = null;
                List<WireColumn> columns = List.of();
                for (Chunk chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
                    if (table == null || number != chunk.table()) {
                        number = chunk.table();
                        table = new SourceTable(plan.tables().get(number), sieve::of);
                        columns = TargetTypes.wireColumns(loader.connection(), table.plan());
                    }
                    progress.get(number).committed(loader.load(table, columns, chunk, sieve.of(chunk)));
                }
            }
            return null;
        });
    }
}
