package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.NoSuchCutoverException;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.UnreadableLogException;
import dev.ferryman.runbook.Window;
import dev.ferryman.store.Instants;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;

/** Tables {@code cutover} and {@code event}: appends to the log and keeps the row that lists show in step with it. */
public final class EventLog {
    private static final String SUMMARY = "SELECT c.id, c.name, c.template_key, c.template_title, c.rehearsal_of,"
            + " c.status, c.phase, c.window_start, c.window_end, c.window_zone, c.kept_since, c.headline, c.version, c.created,"
            + " c.updated, a.payload FROM cutover c LEFT JOIN event a ON a.cutover_id = c.id AND a.seq = c.version"
            + " AND a.type = '" + EventJson.ARCHIVED + "'";

    /** Cutovers kept as they were last read: those that people look at, and those that run. */
    private static final int MOST_KEPT = 64;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final EventJson json = new EventJson();
    private final Map<String, Known> kept = Collections.synchronizedMap(new LinkedHashMap<>(MOST_KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_KEPT;
        }
    });

    /** A cutover as the event with this hash left it. The hash stands for everything before it. */
    private record Known(String hash, Cutover cutover) {}

    /** An event as it is stored. */
    private record Row(RecordedEvent event, String previous, String hash) {}

    /** On the state store. */
    public EventLog(JdbcTemplate template) {
        this.template = template;
        this.jdbc = JdbcClient.create(template);
    }

    /** The cutover as it stands. Of one that was read before only what came since is read. */
    public Cutover load(String id) {
        String head = jdbc.sql("SELECT head_hash FROM cutover WHERE id = ?").param(id)
                .query((row, n) -> row.getString(1)).optional().orElseThrow(() -> new NoSuchCutoverException(id));
        Known known = kept.get(id);
        if (known != null && known.hash().equals(head)) {
            return known.cutover();
        }
        Known now = read(id, known);
        kept.put(id, now);
        return now.cutover();
    }

    private Known read(String id, @Nullable Known known) {
        try {
            return known == null ? replay(id) : goOn(id, known);
        } catch (IllegalArgumentException | IllegalStateException | JacksonException | DateTimeException e) {
            // One that was archived has nothing but the event that says so, which is none of those that are replayed.
            requireHere(id);
            throw new UnreadableLogException(id, e);
        }
    }

    private void requireHere(String id) {
        jdbc.sql("SELECT c.name, a.payload FROM cutover c JOIN event a ON a.cutover_id = c.id AND a.seq = c.version"
                + " WHERE c.id = ? AND a.type = '" + EventJson.ARCHIVED + "'").param(id)
                .query((row, n) -> new ArchivedCutoverException(id, row.getString(1), json.archived(row.getString(2))))
                .optional().ifPresent(archived -> {
                    kept.remove(id);
                    throw archived;
                });
    }

    private Known replay(String id) {
        List<Row> rows = rows(id, 0);
        if (rows.isEmpty()) {
            throw new NoSuchCutoverException(id);
        }
        return new Known(rows.getLast().hash(), Cutover.replay(id, rows.stream().map(Row::event).toList()));
    }

    /** What was kept may have been read in a transaction that was rolled back: then the log does not continue it. */
    private Known goOn(String id, Known known) {
        List<Row> rows = rows(id, known.cutover().version());
        if (rows.isEmpty() || !rows.getFirst().previous().equals(known.hash())) {
            return replay(id);
        }
        Cutover cutover = known.cutover();
        for (Row row : rows) {
            cutover = cutover.apply(row.event());
        }
        return new Known(rows.getLast().hash(), cutover);
    }

    private List<Row> rows(String id, long after) {
        return jdbc.sql("SELECT seq, at, actor, actor_name, type, payload, prev_hash, hash FROM event"
                + " WHERE cutover_id = ? AND seq > ? ORDER BY seq").params(id, after)
                .query((row, n) -> new Row(
                        new RecordedEvent(row.getLong(1), Instants.parse(row.getString(2)), row.getString(3),
                                row.getString(4), json.read(row.getString(5), row.getString(6))),
                        row.getString(7), row.getString(8)))
                .list();
    }

    /** The whole log, oldest first. */
    public List<LoggedEvent> events(String id) {
        return events(id, 0, Integer.MAX_VALUE);
    }

    /** Part of the log, oldest first: so many events after the one with this number. */
    public List<LoggedEvent> events(String id, long after, int limit) {
        Cutover cutover = load(id);
        return jdbc.sql("SELECT seq, at, actor, actor_name, type, payload, prev_hash, hash FROM event"
                + " WHERE cutover_id = ? AND seq > ? ORDER BY seq LIMIT ?").params(id, after, limit).query((row, n) -> {
                    RecordedEvent recorded = new RecordedEvent(row.getLong(1), Instants.parse(row.getString(2)),
                            row.getString(3), row.getString(4), json.read(row.getString(5), row.getString(6)));
                    return new LoggedEvent(recorded, cutover.describe(recorded), row.getString(5), row.getString(6),
                            row.getString(7), row.getString(8));
                }).list();
    }

    /** Every cutover, the latest changed first. */
    public List<CutoverSummary> list() {
        return jdbc.sql(SUMMARY + " ORDER BY c.updated DESC, c.id")
                .query((row, n) -> new CutoverSummary(row.getString(1), row.getString(2), row.getString(3),
                        row.getString(4), row.getString(5) != null, Status.valueOf(row.getString(6)),
                        Phase.valueOf(row.getString(7)),
                        window(row.getString(8), row.getString(9), row.getString(10)), instant(row.getString(11)),
                        row.getString(12), row.getLong(13), Instants.parse(row.getString(14)),
                        Instants.parse(row.getString(15)),
                        row.getString(16) == null ? null : json.archived(row.getString(16))))
                .list();
    }

    /** Versions of the cutovers that are not over, by id. */
    Map<String, Long> unfinished() {
        Map<String, Long> versions = new HashMap<>();
        jdbc.sql(
                "SELECT id, version FROM cutover WHERE status NOT IN ('COMPLETED', 'ROLLED_BACK', 'ABORTED', 'FAILED')")
                .query(row -> {
                    versions.put(row.getString(1), row.getLong(2));
                });
        return versions;
    }

    /** Versions of those that are not over, and of those whose application is kept from writing all the same. */
    Map<String, Long> measured() {
        Map<String, Long> versions = unfinished();
        jdbc.sql("SELECT id, version FROM cutover WHERE kept_since IS NOT NULL").query(row -> {
            versions.put(row.getString(1), row.getLong(2));
        });
        return versions;
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instants.parse(text);
    }

    private static @Nullable Window window(@Nullable String start, @Nullable String end, @Nullable String zone) {
        return start == null || end == null || zone == null
                ? null
                : new Window(Instants.parse(start), Instants.parse(end), ZoneId.of(zone));
    }

    /** Cutovers for which the passing of time alone has something to do by now. */
    List<String> due(Instant now) {
        return jdbc.sql("SELECT id FROM cutover WHERE look_at <= ? ORDER BY look_at").param(Instants.text(now))
                .query((row, n) -> row.getString(1)).list();
    }

    /** Says when to look next, unless a decision made meanwhile says so itself. */
    void lookAgain(String id, Instant now, Optional<Instant> next) {
        jdbc.sql("UPDATE cutover SET look_at = :next WHERE id = :id AND look_at <= :now")
                .paramSource(new MapSqlParameterSource().addValue("id", id).addValue("now", Instants.text(now))
                        .addValue("next", next.map(Instants::text).orElse(null), Types.VARCHAR))
                .update();
    }

    /** Rehearsals of a template and a source that were completed or rolled back, the latest ended first. */
    public List<Rehearsal> rehearsals(String templateKey, String source) {
        return jdbc
                .sql("SELECT id, name, status, updated FROM cutover WHERE rehearsal_of = ? AND template_key = ?"
                        + " AND status IN ('COMPLETED', 'ROLLED_BACK') ORDER BY updated DESC, id")
                .params(source, templateKey).query((row, n) -> new Rehearsal(row.getString(1), row.getString(2),
                        Status.valueOf(row.getString(3)), Instants.parse(row.getString(4))))
                .list();
    }

    /**
     * Makes every other command on this cutover wait until the transaction at hand ends.
     *
     * @throws NoSuchCutoverException when there is no such cutover
     */
    public void lock(String id) {
        if (jdbc.sql("UPDATE cutover SET version = version WHERE id = ?").param(id).update() == 0) {
            throw new NoSuchCutoverException(id);
        }
    }

    /** Stores a newly created cutover with its first events. */
    public void create(Draft draft) {
        Cutover cutover = draft.cutover();
        jdbc.sql("INSERT INTO cutover (id, name, template_key, template_title, rehearsal_of, status, phase, headline,"
                + " version, head_hash, generation, created, updated) VALUES (:id, :name, :template, :title, :rehearsal,"
                + " :status, :phase, :headline, 0, :hash, 0, :created, :updated)")
                .paramSource(new MapSqlParameterSource().addValue("id", cutover.id()).addValue("name", cutover.name())
                        .addValue("template", cutover.template().key()).addValue("title", cutover.template().title())
                        .addValue("rehearsal", cutover.rehearsal() ? cutover.source() : null, Types.VARCHAR)
                        .addValue("status", cutover.status().name()).addValue("phase", cutover.phase().name())
                        .addValue("headline", cutover.headline()).addValue("hash", EventHash.GENESIS)
                        .addValue("created", Instants.text(cutover.createdAt()))
                        .addValue("updated", Instants.text(cutover.updatedAt())))
                .update();
        append(draft);
    }

    /** Appends what was decided. The caller holds the lock; the version is seen again all the same. */
    public void append(Draft draft) {
        Cutover cutover = draft.cutover();
        long before = cutover.version() - draft.events().size();
        String hash = jdbc.sql("SELECT head_hash FROM cutover WHERE id = ?").param(cutover.id())
                .query((row, n) -> row.getString(1)).single();
        List<Object[]> rows = new ArrayList<>();
        for (RecordedEvent recorded : draft.events()) {
            String at = Instants.text(recorded.at());
            String type = json.type(recorded.event());
            String payload = json.payload(recorded.event());
            String next = EventHash.of(cutover.id(), recorded.seq(), at, recorded.actor(), recorded.actorName(), type,
                    payload, hash);
            rows.add(new Object[]{cutover.id(), recorded.seq(), at, recorded.actor(), recorded.actorName(), type,
                    payload, hash, next});
            hash = next;
        }
        Window window = cutover.window().orElse(null);
        int moved = jdbc.sql("UPDATE cutover SET status = :status, phase = :phase, headline = :headline,"
                + " version = :version, head_hash = :hash, updated = :updated, window_start = :start,"
                + " window_end = :end, window_zone = :zone, kept_since = :kept, look_at = :look WHERE id = :id AND version = :before")
                .paramSource(new MapSqlParameterSource().addValue("status", cutover.status().name())
                        .addValue("phase", cutover.phase().name()).addValue("headline", cutover.headline())
                        .addValue("version", cutover.version()).addValue("hash", hash)
                        .addValue("updated", Instants.text(cutover.updatedAt())).addValue("id", cutover.id())
                        .addValue("before", before)
                        .addValue("look", Timetable.next(cutover, cutover.updatedAt()).map(Instants::text).orElse(null),
                                Types.VARCHAR)
                        .addValue("kept", cutover.kept().map(kept -> Instants.text(kept.since())).orElse(null),
                                Types.VARCHAR)
                        .addValue("start", window == null ? null : Instants.text(window.start()), Types.VARCHAR)
                        .addValue("end", window == null ? null : Instants.text(window.end()), Types.VARCHAR)
                        .addValue("zone", window == null ? null : window.zone().getId(), Types.VARCHAR))
                .update();
        if (moved != 1) {
            throw new IllegalStateException("Cutover " + cutover.id() + " is not at version " + before);
        }
        template.batchUpdate("INSERT INTO event (cutover_id, seq, at, actor, actor_name, type, payload, prev_hash,"
                + " hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows);
    }

    /**
     * Closes the log of an ended cutover with where it is archived, and removes the events before. When it last changed
     * stays in the row: that is when it ended. The caller holds the lock and has proved the archive.
     */
    public void close(String id, ArchivedLog archived) {
        long seq = archived.events() + 1;
        String at = Instants.text(archived.at());
        String payload = json.archived(archived);
        String hash = EventHash.of(id, seq, at, Actor.FERRYMAN.username(), Actor.FERRYMAN.displayName(),
                EventJson.ARCHIVED, payload, archived.lastHash());
        jdbc.sql("INSERT INTO event (cutover_id, seq, at, actor, actor_name, type, payload, prev_hash, hash)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .params(id, seq, at, Actor.FERRYMAN.username(), Actor.FERRYMAN.displayName(), EventJson.ARCHIVED,
                        payload, archived.lastHash(), hash)
                .update();
        int moved = jdbc.sql("UPDATE cutover SET version = ?, head_hash = ?, look_at = NULL WHERE id = ?"
                + " AND version = ? AND head_hash = ?").params(seq, hash, id, archived.events(), archived.lastHash())
                .update();
        if (moved != 1) {
            throw new IllegalStateException("Cutover " + id + " is not at version " + archived.events());
        }
        int gone = jdbc.sql("DELETE FROM event WHERE cutover_id = ? AND seq < ?").params(id, seq).update();
        if (gone != archived.events()) {
            throw new IllegalStateException("Cutover " + id + " has " + gone + " events, its archive "
                    + archived.events());
        }
        kept.remove(id);
    }
}
