package dev.ferryman.cutover.internal;

import dev.ferryman.store.Instants;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps which SQL was reviewed in a cutover, so that no other is applied. */
@Component
class SqlReviewStore {
    private final JdbcClient jdbc;

    SqlReviewStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * SQL that was reviewed.
     *
     * @param step key of the step
     * @param digest of the change
     * @param undoDigest of the SQL that takes it back; empty where that is no file
     */
    record Reviewed(String step, String digest, String undoDigest) {}

    /** The latest review of a cutover. */
    Optional<Reviewed> latest(String cutoverId) {
        return jdbc.sql("""
                        SELECT step, digest, undo_digest FROM cutover_sql_review
                        WHERE cutover_id = ? ORDER BY reviewed_at DESC""").param(cutoverId)
                .query((row, _) -> new Reviewed(row.getString(1), row.getString(2), row.getString(3)))
                .list().stream().findFirst();
    }

    /** Keeps one instead of what the step reviewed before. */
    void keep(String cutoverId, Reviewed reviewed, Instant at) {
        forget(cutoverId, reviewed.step());
        jdbc.sql("""
                 INSERT INTO cutover_sql_review (cutover_id, step, digest, undo_digest, reviewed_at)
                 VALUES (?, ?, ?, ?, ?)""")
                .params(cutoverId, reviewed.step(), reviewed.digest(), reviewed.undoDigest(), Instants.text(at))
                .update();
    }

    /** A step begins anew: what it reviewed before counts no more. */
    void forget(String cutoverId, String step) {
        jdbc.sql("DELETE FROM cutover_sql_review WHERE cutover_id = ? AND step = ?").params(cutoverId, step).update();
    }
}
