package dev.ferryman.cutover.internal;

import dev.ferryman.backup.Backup;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.store.Instants;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Keeps what backups and archives were made: the list that outlives the files. */
@Component
class ArtefactStore {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<String, Long>> ROWS = new TypeReference<>() {
    };
    private static final String ALL = "SELECT * FROM cutover_artefact WHERE cutover_id = ? ORDER BY id";

    private final JdbcClient jdbc;

    ArtefactStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Where a copy lies in a storage place.
     *
     * @param place name of the place; empty for the directory of second copies
     * @param key its key there
     */
    record Copy(String place, String key, String location) {}

    /**
     * An artefact to be kept.
     *
     * @param location where it is
     * @param copy its copy in a storage place, or itself where it is nowhere else
     * @param keep how long it is kept after the end, null for ever
     */
    record New(String cutoverId, String step, BackupView.Kind kind, String location, @Nullable Copy copy, long bytes,
            String sha256, String tool, Instant takenAt, Duration took, SortedMap<String, Long> rows, int entries,
            @Nullable Duration keep) {
        /** That of a backup. */
        static New of(String cutoverId, String step, Backup backup, @Nullable Copy copy, Duration keep) {
            BackupView.Kind kind = switch (backup.kind()) {
                case SQLITE -> BackupView.Kind.SQLITE;
                case POSTGRES -> BackupView.Kind.POSTGRES;
            };
            return new New(cutoverId, step, kind, backup.path().toString(), copy, backup.bytes(), backup.sha256(),
                    backup.tool(), backup.takenAt(), backup.took(), backup.rows(), backup.entries(), keep);
        }
    }

    /**
     * An artefact as it is kept.
     *
     * @param copy its copy in a storage place
     * @param rows rows of each table
     */
    record Kept(BackupView view, @Nullable Copy copy, SortedMap<String, Long> rows) {}

    /** Keeps one; one of the same location is replaced, since the file was. */
    void add(New artefact) {
        jdbc.sql("DELETE FROM cutover_artefact WHERE cutover_id = ? AND location = ?")
                .params(artefact.cutoverId(), artefact.location()).update();
        Copy copy = artefact.copy();
        String second = copy == null || copy.location().equals(artefact.location()) ? null : copy.location();
        jdbc.sql("""
                 INSERT INTO cutover_artefact (cutover_id, step, kind, location, place, place_key, second_location,
                     bytes, sha256, tool, taken_at, took_millis, entries, counted_rows, keep_seconds)
                 VALUES (:id, :step, :kind, :location, :place, :key, :second, :bytes, :sha256, :tool, :taken, :took,
                     :entries, :rows, :keep)""")
                .paramSource(new MapSqlParameterSource().addValue("id", artefact.cutoverId())
                        .addValue("step", artefact.step()).addValue("kind", artefact.kind().name())
                        .addValue("location", artefact.location())
                        .addValue("place", copy == null ? null : copy.place(), Types.VARCHAR)
                        .addValue("key", copy == null ? null : copy.key(), Types.VARCHAR)
                        .addValue("second", second, Types.VARCHAR)
                        .addValue("bytes", artefact.bytes()).addValue("sha256", artefact.sha256())
                        .addValue("tool", artefact.tool()).addValue("taken", Instants.text(artefact.takenAt()))
                        .addValue("took", artefact.took().toMillis()).addValue("entries", artefact.entries())
                        .addValue("rows", JSON.writeValueAsString(artefact.rows()))
                        .addValue("keep", artefact.keep() == null ? null : artefact.keep().toSeconds(), Types.BIGINT))
                .update();
    }

    /** All of a cutover, oldest first. */
    List<Kept> kept(String cutoverId) {
        return jdbc.sql(ALL).param(cutoverId).query((row, _) -> kept(row)).list();
    }

    /** As pages show them, oldest first. */
    List<BackupView> views(String cutoverId) {
        return kept(cutoverId).stream().map(Kept::view).toList();
    }

    /** The latest of these kinds that is still there; of one step, where it is named. */
    Optional<Kept> latest(String cutoverId, @Nullable String step, List<BackupView.Kind> kinds) {
        return kept(cutoverId).reversed().stream().filter(each -> each.view().removedAt() == null)
                .filter(each -> step == null || each.view().step().equals(step))
                .filter(each -> kinds.contains(each.view().kind())).findFirst();
    }

    /** It was restored somewhere, and what came of it. */
    void restored(long id, BackupView.Restored restored) {
        jdbc.sql("UPDATE cutover_artefact SET proved_at = ?, restore_millis = ?, proof = ? WHERE id = ?")
                .params(Instants.text(restored.at()), restored.took().toMillis(), restored.sentence(), id).update();
    }

    /** Its files are gone. */
    void removed(long id, Instant at) {
        jdbc.sql("UPDATE cutover_artefact SET removed_at = ? WHERE id = ?").params(Instants.text(at), id).update();
    }

    private static Kept kept(ResultSet row) throws SQLException {
        SortedMap<String, Long> rows = JSON.readValue(row.getString("counted_rows"), ROWS);
        String second = row.getString("second_location");
        String location = row.getString("location");
        long keep = row.getLong("keep_seconds");
        Duration kept = row.wasNull() ? null : Duration.ofSeconds(keep);
        var view = new BackupView(row.getLong("id"), row.getString("step"),
                BackupView.Kind.valueOf(row.getString("kind")), location, second, row.getLong("bytes"),
                row.getString("sha256"), row.getString("tool"), Instants.parse(row.getString("taken_at")),
                Duration.ofMillis(row.getLong("took_millis")), rows.size(),
                rows.values().stream().mapToLong(Long::longValue).sum(), row.getLong("entries"), kept, restored(row),
                instant(row, "removed_at"));
        String place = row.getString("place");
        Copy copy = place == null
                ? null
                : new Copy(place, row.getString("place_key"), second == null ? location : second);
        return new Kept(view, copy, rows);
    }

    private static BackupView.@Nullable Restored restored(ResultSet row) throws SQLException {
        Instant at = instant(row, "proved_at");
        return at == null
                ? null
                : new BackupView.Restored(at, Duration.ofMillis(row.getLong("restore_millis")),
                        row.getString("proof"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : Instants.parse(text);
    }
}
