package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Loads chunks over one connection: one thread reads and encodes while another sends. A chunk and its entry in the
 * ledger commit together, or neither does.
 */
final class ChunkLoader implements AutoCloseable {
    private final SnapshotReader reader;
    private final Connection target;
    private final String job;
    private final long generation;
    private final LoadMode mode;
    private final ExecutorService encoding;

    ChunkLoader(SqliteSource snapshot, TargetLease lease, String job, LoadMode mode) throws SQLException {
        this.job = job;
        this.generation = lease.generation();
        this.mode = mode;
        this.reader = new SnapshotReader(snapshot);
        Connection opened = null;
        try {
            opened = lease.open();
            // A chunk that is lost with the server's last moments is lost with its ledger entry: it is loaded again.
            // The change of the job's state, later, is durable and makes everything before it durable.
            try (var statement = opened.createStatement()) {
                statement.execute("SET synchronous_commit = off");
            }
            opened.commit();
        } catch (SQLException e) {
            reader.close();
            if (opened != null) {
                opened.close();
            }
            throw e;
        }
        this.target = opened;
        this.encoding = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("ferryman-encode-" + Thread.currentThread().getName()).factory());
    }

    /** The connection, for being cut off by whoever cancels. */
    Connection connection() {
        return target;
    }

    /**
     * What was committed of a chunk.
     *
     * @param rows rows in their table
     * @param bytes bytes sent for them
     * @param quarantined rows in quarantine
     */
    record Loaded(long rows, long bytes, long quarantined) {}

    /** Loads and commits a chunk, with those of its rows that go to quarantine. */
    Loaded load(SourceTable table, List<WireColumn> columns, Chunk chunk, List<Sieve.Caught> caught)
            throws SQLException, InterruptedException {
        try {
            return load(table, columns, chunk, caught, false);
        } catch (ValueTooLongException e) {
            return load(table, columns, chunk, caught, true);
        }
    }

    private Loaded load(SourceTable table, List<WireColumn> columns, Chunk chunk, List<Sieve.Caught> caught,
            boolean piecewise)
            throws SQLException, InterruptedException {
        try {
            Ledger.fence(target, job, generation);
            mode.before(target, table.plan());
            Loaded copied = copy(table, columns, chunk, piecewise);
            QuarantineTable.write(target, job, reader, table, caught);
            Loaded loaded = new Loaded(copied.rows(), copied.bytes(), caught.size());
            mode.after(target, table.plan());
            Ledger.commitChunk(target, job, chunk, loaded);
            target.commit();
            return loaded;
        } catch (SQLException | InterruptedException | RuntimeException e) {
            rollBack();
            throw e;
        }
    }

    private void rollBack() {
        try {
            target.rollback();
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it.
        }
    }

    private Loaded copy(SourceTable table, List<WireColumn> columns, Chunk chunk, boolean piecewise)
            throws SQLException, InterruptedException {
        String name = SqlNames.quote(table.plan().targetSchema(), table.plan().target());
        String into = columns.stream().map(c -> SqlNames.quote(c.plan().target())).collect(Collectors.joining(", "));
        if (columns.stream().noneMatch(WireColumn::cast)) {
            return stream(table, columns, chunk, piecewise,
                    "COPY " + name + " (" + into + ") FROM STDIN (FORMAT binary)");
        }
        // Types without an encoder here travel as text and are read by PostgreSQL itself.
        String stage = "pg_temp.ferryman_stage";
        try (var statement = target.createStatement()) {
            statement.execute("CREATE TEMP TABLE ferryman_stage ON COMMIT DROP AS SELECT "
                    + columns.stream().map(ChunkLoader::staged).collect(Collectors.joining(", ")) + " FROM " + name
                    + " LIMIT 0");
        }
        Loaded loaded = stream(table, columns, chunk, piecewise,
                "COPY " + stage + " (" + into + ") FROM STDIN (FORMAT binary)");
        try (var statement = target.createStatement()) {
            statement.executeUpdate("INSERT INTO " + name + " (" + into + ") OVERRIDING SYSTEM VALUE SELECT "
                    + columns.stream().map(ChunkLoader::cast).collect(Collectors.joining(", ")) + " FROM " + stage);
        } catch (SQLException e) {
            throw refused(table, chunk, columns, e);
        }
        return loaded;
    }

    private static String staged(WireColumn column) {
        String name = SqlNames.quote(column.plan().target());
        return column.cast() ? name + "::text AS " + name : name;
    }

    private static String cast(WireColumn column) {
        String name = SqlNames.quote(column.plan().target());
        return column.cast() ? name + "::" + column.plan().type().name() : name;
    }

    private Loaded stream(SourceTable table, List<WireColumn> columns, Chunk chunk, boolean piecewise, String sql)
            throws SQLException, InterruptedException {
        var pipe = new BlockPipe();
        var encoder = new RowEncoder(columns);
        var buffer = new CopyBuffer(pipe, pipe.first());
        Future<?> encoded = encoding.submit(() -> {
            try (RowCursor cursor = reader.open(table, chunk, piecewise)) {
                encoder.encode(cursor, buffer);
                return null;
            } finally {
                pipe.end();
            }
        });
        CopyIn copy = null;
        try {
            copy = target.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
            for (var block = pipe.take(); !block.end(); block = pipe.take()) {
                copy.writeToCopy(block.bytes(), 0, block.length());
                pipe.giveBack(block.bytes());
            }
            encoded.get();
            long rows = copy.endCopy();
            if (rows != encoder.rows()) {
                throw new IllegalStateException("sent " + encoder.rows() + " rows, PostgreSQL took " + rows);
            }
            return new Loaded(rows, buffer.written(), 0);
        } catch (ExecutionException e) {
            cancel(copy);
            throw unreadable(table, chunk, columns, encoder.rows(), e.getCause());
        } catch (SQLException e) {
            stop(encoded);
            cancel(copy);
            throw refused(table, chunk, columns, e);
        } finally {
            stop(encoded);
        }
    }

    private static void cancel(@Nullable CopyIn copy) {
        try {
            if (copy != null && copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException e) {
            // PostgreSQL answers a cancelled COPY with an error; the transaction is rolled back next.
        }
    }

    /** Waits until the encoding thread has let go of its cursor. */
    private void stop(Future<?> encoded) throws InterruptedException {
        if (!encoded.isDone()) {
            encoded.cancel(true);
            try {
                encoding.submit(() -> {}).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private CopyFailedException unreadable(SourceTable table, Chunk chunk, List<WireColumn> columns, long row,
            @Nullable Throwable cause) throws SQLException, InterruptedException {
        if (cause instanceof UnfitValueException unfit) {
            var column = columns.get(unfit.column()).plan();
            return new CopyFailedException(
                    "Table " + table.plan().source() + ", row with " + reader.key(table, chunk, row) + ", column "
                            + column.source() + ": " + unfit.message() + ".",
                    "Nothing of this chunk was kept and no value was changed. Correct the row in the source or choose"
                            + " another type for the column, then take a new snapshot and copy again.",
                    unfit);
        }
        switch (cause) {
            case ValueTooLongException tooLong -> throw tooLong;
            case InterruptedException interrupted -> throw interrupted;
            case SQLException sql -> {
                return new CopyFailedException(
                        "Table " + table.plan().source() + " cannot be read from the snapshot: " + sql.getMessage(),
                        "Nothing of this chunk was kept. Look after the snapshot file, then run the same copy again.",
                        sql);
            }
            case null, default ->
                throw new IllegalStateException("reading " + table.plan().source() + " failed", cause);
        }
    }

    private CopyFailedException refused(SourceTable table, Chunk chunk, List<WireColumn> columns, SQLException e)
            throws SQLException {
        return Refusal.of(e, table, columns, line -> reader.key(table, chunk, line));
    }

    @Override
    public void close() throws SQLException {
        encoding.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (encoding.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try (target) {
            reader.close();
        }
    }
}
