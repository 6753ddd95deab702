package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.DifferenceRow;
import dev.ferryman.cutover.TableResult;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.store.Instants;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.TableVerification;
import dev.ferryman.verify.VerificationResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps what verifications found: all counts, and the listed differences. */
@Component
class VerificationStore {
    private static final int SHOWN = 200;
    private static final int BATCH = 500;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final TransactionTemplate transactions;
    private final Clock clock;

    VerificationStore(JdbcClient jdbc, JdbcTemplate batches, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Keeps a result; an earlier one of the same attempt (the process died in between) makes way. */
    long add(String cutoverId, String step, int attempt, VerificationView.Kind kind, VerificationResult result,
            String summary) {
        return transactions.execute(_ -> {
            jdbc.sql("DELETE FROM cutover_verification WHERE cutover_id = ? AND step = ? AND attempt = ?")
                    .params(cutoverId, step, attempt).update();
            jdbc.sql("""
                     INSERT INTO cutover_verification (cutover_id, step, attempt, kind, at, all_equal, row_count,
                         difference_count, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                    .params(cutoverId, step, attempt, kind.name(), Instants.text(clock.instant()), result.passed(),
                            result.sourceRows(), result.differingRows(), summary)
                    .update();
            long id = jdbc.sql("SELECT max(id) FROM cutover_verification WHERE cutover_id = ?").param(cutoverId)
                    .query(Long.class).single();
            tables(id, result.tables());
            differences(id, result.differences());
            return id;
        });
    }

    private void tables(long id, List<TableVerification> tables) {
        int[] position = {0};
        batches.batchUpdate(
                "INSERT INTO cutover_verified_table (verification_id, position, table_name, source_rows, target_rows,"
                        + " differences, quarantined) VALUES (?, ?, ?, ?, ?, ?, ?)",
                tables, BATCH,
                (statement, table) -> {
                    statement.setLong(1, id);
                    statement.setInt(2, position[0]++);
                    statement.setString(3, table.table());
                    statement.setLong(4, table.sourceRows());
                    statement.setLong(5, table.targetRows());
                    statement.setLong(6, table.differing());
                    statement.setLong(7, table.quarantined());
                });
    }

    private void differences(long id, List<Difference> differences) {
        int[] position = {0};
        batches.batchUpdate("INSERT INTO cutover_difference VALUES (?, ?, ?, ?, ?, ?, ?, ?)", differences, BATCH,
                (statement, difference) -> {
                    statement.setLong(1, id);
                    statement.setInt(2, position[0]++);
                    statement.setString(3, difference.table());
                    statement.setString(4, clean(difference.key()));
                    statement.setObject(5, difference.column(), Types.VARCHAR);
                    statement.setString(6, difference.kind().name().toLowerCase(Locale.ROOT));
                    statement.setObject(7, clean(difference.source()), Types.VARCHAR);
                    statement.setObject(8, clean(difference.target()), Types.VARCHAR);
                });
    }

    /** PostgreSQL's text holds no NUL; the sign for it stands in its place. */
    private static @Nullable String clean(@Nullable String text) {
        return text == null ? null : text.replace('\0', '␀');
    }

    /** All of a cutover, oldest first. */
    List<VerificationView> all(String cutoverId) {
        return jdbc.sql("SELECT * FROM cutover_verification WHERE cutover_id = ? ORDER BY id").param(cutoverId)
                .query(VerificationStore::head).list().stream().map(this::filled).toList();
    }

    /** The latest of a cutover. */
    Optional<VerificationView> latest(String cutoverId) {
        return jdbc.sql("SELECT * FROM cutover_verification WHERE cutover_id = ? ORDER BY id DESC LIMIT 1")
                .param(cutoverId).query(VerificationStore::head).optional().map(this::filled);
    }

    /** One of a cutover. */
    Optional<VerificationView> find(String cutoverId, long id) {
        return jdbc.sql("SELECT * FROM cutover_verification WHERE cutover_id = ? AND id = ?").params(cutoverId, id)
                .query(VerificationStore::head).optional().map(this::filled);
    }

    /** Gives every listed difference to a consumer, in order, a page at a time. */
    void each(long id, Consumer<DifferenceRow> consumer) {
        for (int from = 0;; from += BATCH) {
            List<DifferenceRow> page = page(id, from, BATCH);
            page.forEach(consumer);
            if (page.size() < BATCH) {
                return;
            }
        }
    }

    private VerificationView filled(VerificationView head) {
        List<TableResult> tables = jdbc
                .sql("SELECT * FROM cutover_verified_table WHERE verification_id = ? ORDER BY position")
                .param(head.id()).query((row, _) -> new TableResult(row.getString("table_name"),
                        row.getLong("source_rows"), row.getLong("target_rows"), row.getLong("quarantined"),
                        row.getLong("differences")))
                .list();
        List<DifferenceRow> first = page(head.id(), 0, SHOWN + 1);
        boolean more = first.size() > SHOWN;
        return new VerificationView(head.id(), head.step(), head.kind(), head.at(), head.equal(), head.rows(),
                head.differences(), head.summary(), tables, more ? first.subList(0, SHOWN) : first, more);
    }

    private List<DifferenceRow> page(long id, int from, int count) {
        return jdbc.sql("""
                        SELECT * FROM cutover_difference WHERE verification_id = ? AND position >= ? AND position < ?
                        ORDER BY position""").params(id, from, from + count)
                .query((row, _) -> new DifferenceRow(row.getString("table_name"), row.getString("row_key"),
                        row.getString("column_name"), row.getString("kind"), row.getString("source_value"),
                        row.getString("target_value")))
                .list();
    }

    private static VerificationView head(ResultSet row, int number) throws SQLException {
        return new VerificationView(row.getLong("id"), row.getString("step"),
                VerificationView.Kind.valueOf(row.getString("kind")), Instants.parse(row.getString("at")),
                row.getBoolean("all_equal"), row.getLong("row_count"), row.getLong("difference_count"),
                row.getString("summary"), List.of(), List.of(), false);
    }
}
