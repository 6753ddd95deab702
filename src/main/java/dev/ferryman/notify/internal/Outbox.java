package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.MessageView;
import dev.ferryman.store.Instants;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tables {@code message} and {@code message_attempt}. */
final class Outbox {
    private static final String SELECT = "SELECT id, cutover_id, message_key, moment, channel, kind, urgent, state, due,"
            + " written_at, subject, body, attempts, generation, carried_by, detail, sent_at, asked FROM message";

    private final JdbcClient jdbc;

    Outbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A message that is not there yet. */
    record NewMessage(String cutoverId, String key, String moment, String channel, MessageRow.Kind kind,
            boolean urgent) {}

    /** Adds it as planned, unless it is there already. Its id where it was added. */
    Optional<Long> add(NewMessage message, Instant due) {
        int added = jdbc
                .sql("INSERT INTO message (cutover_id, message_key, moment, channel, kind, urgent, state, due, attempts,"
                        + " generation, detail) VALUES (?, ?, ?, ?, ?, ?, 'PLANNED', ?, 0, 0, '')"
                        + " ON CONFLICT (cutover_id, message_key, moment, channel) DO NOTHING")
                .params(message.cutoverId(), message.key(), message.moment(), message.channel(),
                        message.kind().name(), message.urgent(), Instants.text(due))
                .update();
        return added == 0
                ? Optional.empty()
                : jdbc.sql("SELECT id FROM message WHERE cutover_id = ? AND message_key = ? AND moment = ?"
                        + " AND channel = ?")
                        .params(message.cutoverId(), message.key(), message.moment(), message.channel())
                        .query((row, n) -> row.getLong(1)).optional();
    }

    Optional<MessageRow> find(long id) {
        return jdbc.sql(SELECT + " WHERE id = ?").param(id).query(Outbox::row).optional();
    }

    /** The message, which nobody else can change until the transaction ends. */
    Optional<MessageRow> lock(long id) {
        jdbc.sql("UPDATE message SET generation = generation WHERE id = ?").param(id).update();
        return find(id);
    }

    /** Every message of a cutover, the latest first. */
    List<MessageRow> of(String cutoverId) {
        return jdbc.sql(SELECT + " WHERE cutover_id = ? ORDER BY due DESC, id DESC").param(cutoverId)
                .query(Outbox::row).list();
    }

    /** Whether any message of a cutover is to be sent still. */
    boolean underWay(String cutoverId) {
        return jdbc.sql("SELECT COUNT(*) FROM message WHERE cutover_id = ? AND state IN ('PLANNED', 'WAITING',"
                + " 'SENDING')").param(cutoverId).query((row, n) -> row.getLong(1)).single() > 0;
    }

    /** What it says, from now on the same at every attempt. */
    void write(long id, String subject, String text, Instant now) {
        jdbc.sql("UPDATE message SET subject = ?, body = ?, written_at = ? WHERE id = ?")
                .params(subject, text, Instants.text(now), id).update();
    }

    void put(long id, MessageState state, Instant due, String detail) {
        jdbc.sql("UPDATE message SET state = ?, due = ?, detail = ? WHERE id = ?")
                .params(state.name(), Instants.text(due), detail, id).update();
    }

    /** Has it sent at once, by a person. */
    void ask(long id, String asked, Instant now) {
        jdbc.sql("UPDATE message SET state = 'WAITING', due = ?, attempts = 0, asked = ? WHERE id = ?")
                .params(Instants.text(now), asked, id).update();
    }

    /** When a message of this kind to this channel was last sent because something happened. */
    Optional<Instant> lastSent(MessageRow like) {
        return jdbc
                .sql("SELECT MAX(sent_at) FROM message WHERE cutover_id = ? AND message_key = ? AND channel = ?"
                        + " AND kind = 'EVENT'")
                .params(like.cutoverId(), like.key(), like.channel()).query((row, n) -> {
                    String at = row.getString(1);
                    return at == null ? Optional.<Instant>empty() : Optional.of(Instants.parse(at));
                }).single();
    }

    /** Others of its kind to its channel that wait and were never tried, oldest first. */
    List<MessageRow> untried(MessageRow like) {
        return jdbc
                .sql(SELECT + " WHERE cutover_id = ? AND message_key = ? AND channel = ? AND kind = 'EVENT' AND id <> ?"
                        + " AND state = 'WAITING' AND attempts = 0 AND asked IS NULL ORDER BY id")
                .params(like.cutoverId(), like.key(), like.channel(), like.id()).query(Outbox::row).list();
    }

    /** Makes it part of another message. Whether it still waited. */
    boolean combine(long id, long carrier) {
        return jdbc
                .sql("UPDATE message SET state = 'COMBINED', carried_by = ? WHERE id = ? AND state = 'WAITING'"
                        + " AND attempts = 0")
                .params(carrier, id).update() == 1;
    }

    /** Notes that it is about to be handed over; the attempt's generation. */
    long intend(MessageRow row, Instant now) {
        long generation = row.generation() + 1;
        jdbc.sql("UPDATE message SET state = 'SENDING', generation = ?, attempts = attempts + 1 WHERE id = ?")
                .params(generation, row.id()).update();
        jdbc.sql("INSERT INTO message_attempt (message_id, generation, at, asked) VALUES (?, ?, ?, ?)")
                .param(row.id()).param(generation).param(Instants.text(now)).param(row.asked()).update();
        return generation;
    }

    /** Notes what came of an attempt. Whether it was the latest one, which decides about the message. */
    boolean conclude(long id, long generation, String outcome) {
        jdbc.sql("UPDATE message_attempt SET outcome = ? WHERE message_id = ? AND generation = ?")
                .params(outcome, id, generation).update();
        return jdbc
                .sql("SELECT COUNT(*) FROM message WHERE id = ? AND generation = ? AND state IN ('SENDING', 'UNKNOWN')")
                .params(id, generation).query((row, n) -> row.getInt(1)).single() == 1;
    }

    void sent(long id, Instant now, String what) {
        jdbc.sql("UPDATE message SET state = 'SENT', sent_at = ?, detail = ? WHERE id = ?")
                .params(Instants.text(now), what, id).update();
    }

    /** Those of a message that are not written yet: planned, or skipped before they were. */
    List<MessageRow> unwritten(String cutoverId, String key) {
        return jdbc.sql(SELECT + " WHERE cutover_id = ? AND message_key = ? AND written_at IS NULL"
                + " AND state IN ('PLANNED', 'SKIPPED') ORDER BY id").params(cutoverId, key).query(Outbox::row).list();
    }

    /** Removes what is only planned of a message. */
    void forget(String cutoverId, String key) {
        jdbc.sql("DELETE FROM message WHERE cutover_id = ? AND message_key = ? AND state = 'PLANNED'")
                .params(cutoverId, key).update();
    }

    /** Attempts of a message, oldest first. */
    List<MessageView.Try> tries(long id) {
        return jdbc.sql("SELECT at, outcome, asked FROM message_attempt WHERE message_id = ? ORDER BY generation")
                .param(id).query((row, n) -> new MessageView.Try(Instants.parse(row.getString(1)), row.getString(2),
                        row.getString(3)))
                .list();
    }

    /** How many of a cutover call for a person. */
    int calling(String cutoverId) {
        return jdbc.sql("SELECT COUNT(*) FROM message WHERE cutover_id = ? AND state IN ('FAILED', 'UNKNOWN')")
                .param(cutoverId).query((row, n) -> row.getInt(1)).single();
    }

    /** How many are written and not sent. */
    int waiting() {
        return jdbc.sql("SELECT COUNT(*) FROM message WHERE state IN ('WAITING', 'SENDING')")
                .query((row, n) -> row.getInt(1)).single();
    }

    private static MessageRow row(ResultSet row, int n) throws SQLException {
        long carrier = row.getLong(15);
        Long carriedBy = row.wasNull() ? null : carrier;
        return new MessageRow(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5),
                MessageRow.Kind.valueOf(row.getString(6)), row.getBoolean(7), MessageState.valueOf(row.getString(8)),
                Instants.parse(row.getString(9)), instant(row.getString(10)), row.getString(11), row.getString(12),
                row.getInt(13), row.getLong(14), carriedBy, row.getString(16), instant(row.getString(17)),
                row.getString(18));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instants.parse(text);
    }
}
