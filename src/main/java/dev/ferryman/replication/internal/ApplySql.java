package dev.ferryman.replication.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements by which a table's stage becomes its rows. The stage has {@code go} (the recorded key goes),
 * {@code r1…} (the recorded key) and {@code c1…} (the row as it is now); of a table that is followed as a whole only the
 * last.
 */
final class ApplySql {
    private final ReplicatedTable table;
    private final boolean keyed;
    private final String stage;

    ApplySql(ReplicatedTable table) {
        this.table = table;
        this.keyed = table.captured().byKey();
        this.stage = "pg_temp.ferryman_stage_" + table.number();
    }

    String createStage() {
        List<String> columns = new ArrayList<>();
        if (keyed) {
            columns.add("false AS go");
            for (int i = 0; i < table.key().size(); i++) {
                columns.add(table.key().get(i).staged() + " AS r" + (i + 1));
            }
        }
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(table.columns().get(i).staged() + " AS c" + (i + 1));
        }
        return "CREATE TEMP TABLE IF NOT EXISTS ferryman_stage_" + table.number() + " ON COMMIT DELETE ROWS AS SELECT "
                + String.join(", ", columns) + " FROM " + table.target() + " WITH NO DATA";
    }

    String copyStage() {
        return "COPY " + stage + " FROM STDIN (FORMAT text)";
    }

    /** Whether rows of this table cannot be updated in place, because an identity may only be inserted. */
    boolean anewOnly() {
        return keyed && others().anyMatch(i -> table.columns().get(i).alwaysIdentity());
    }

    boolean hasOtherColumns() {
        return others().findAny().isPresent();
    }

    private IntStream others() {
        return IntStream.range(0, table.columns().size()).filter(i -> !table.key().contains(table.columns().get(i)));
    }

    private String recorded() {
        return IntStream.range(0, table.key().size()).mapToObj(i -> "t." + table.key().get(i).target() + " = "
                + table.key().get(i).from("s.r" + (i + 1))).collect(Collectors.joining(" AND "));
    }

    private String present() {
        return table.key().stream().map(key -> "t." + key.target() + " = " + key.from("s." + stageName(key)))
                .collect(Collectors.joining(" AND "));
    }

    private String isThere() {
        return "s." + stageName(table.key().getFirst()) + " IS NOT NULL";
    }

    private String stageName(ReplicatedColumn column) {
        return "c" + (table.columns().indexOf(column) + 1);
    }

    String deleteAll() {
        return "DELETE FROM " + table.target();
    }

    /** Condition over {@code t}: its key was recorded and is gone. */
    String isGone() {
        return "EXISTS (SELECT 1 FROM " + stage + " s WHERE s.go AND " + recorded() + ")";
    }

    String deleteGone() {
        return "DELETE FROM " + table.target() + " t USING " + stage + " s WHERE s.go AND " + recorded();
    }

    String deletePresent() {
        return "DELETE FROM " + table.target() + " t USING " + stage + " s WHERE " + isThere() + " AND " + present();
    }

    String update() {
        return "UPDATE " + table.target() + " t SET " + others().mapToObj(i -> {
            ReplicatedColumn column = table.columns().get(i);
            return column.target() + " = " + column.from("s.c" + (i + 1));
        }).collect(Collectors.joining(", ")) + " FROM " + stage + " s WHERE " + isThere() + " AND " + present();
    }

    /** Inserts what is not there. Two recorded keys may stand for the same row. */
    String insert() {
        String into = table.columns().stream().map(ReplicatedColumn::target).collect(Collectors.joining(", "));
        String values = IntStream.range(0, table.columns().size())
                .mapToObj(i -> table.columns().get(i).from("s.c" + (i + 1))).collect(Collectors.joining(", "));
        String insert = "INSERT INTO " + table.target() + " (" + into + ") OVERRIDING SYSTEM VALUE SELECT ";
        if (!keyed) {
            return insert + values + " FROM " + stage + " s";
        }
        String key = table.key().stream().map(k -> "s." + stageName(k)).collect(Collectors.joining(", "));
        return insert + "DISTINCT ON (" + key + ") " + values + " FROM " + stage + " s WHERE " + isThere()
                + " AND NOT EXISTS (SELECT 1 FROM " + table.target() + " t WHERE " + present() + ")";
    }
}
