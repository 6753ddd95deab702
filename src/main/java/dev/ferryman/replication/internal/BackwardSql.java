package dev.ferryman.replication.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements of the target by which a table's recorded keys are taken and their rows read. {@code back} has the keys
 * of the batch, numbered; {@code was} has the rows of those keys as SQLite has them, in the target's types.
 */
final class BackwardSql {
    private final ReplicatedTable table;
    private final String change;
    private final String back;
    private final String was;
    private final List<String> keys;

    BackwardSql(ReplicatedTable table) {
        this.table = table;
        this.change = "ferryman.change_" + table.number();
        this.back = "pg_temp.ferryman_back_" + table.number();
        this.was = "pg_temp.ferryman_was_" + table.number();
        this.keys = Names.keys(table.key().size());
    }

    List<String> create() {
        String columns = IntStream.range(0, table.columns().size())
                .mapToObj(i -> table.columns().get(i).staged() + " AS c" + (i + 1)).collect(Collectors.joining(", "));
        return List.of(
                "CREATE TEMP TABLE IF NOT EXISTS ferryman_back_" + table.number()
                        + " ON COMMIT DELETE ROWS AS SELECT 0::bigint AS n" + listed("") + " FROM " + change
                        + " WITH NO DATA",
                "CREATE TEMP TABLE IF NOT EXISTS ferryman_was_" + table.number()
                        + " ON COMMIT DELETE ROWS AS SELECT 0::bigint AS n, " + columns + " FROM " + table.target()
                        + " WITH NO DATA");
    }

    private String listed(String prefix) {
        return keys.stream().map(key -> ", " + prefix + key).collect(Collectors.joining());
    }

    /** Takes the oldest recorded changes, all where the limit is NULL; gives their number and whether one is whole. */
    String take() {
        return "WITH taken AS (SELECT seq FROM " + change + " ORDER BY seq LIMIT ?), gone AS (DELETE FROM " + change
                + " c USING taken t WHERE c.seq = t.seq RETURNING c.whole" + listed("c.") + "), kept AS (INSERT INTO "
                + back + " SELECT row_number() OVER ()" + listed("d.") + " FROM (SELECT DISTINCT "
                + (keys.isEmpty() ? "1" : String.join(", ", keys)) + " FROM gone WHERE NOT whole) d) SELECT count(*), "
                + "coalesce(bool_or(whole), false) FROM gone";
    }

    /** Whether changes are left. */
    String pending() {
        return "SELECT count(*) FROM " + change;
    }

    String takeAll() {
        return "DELETE FROM " + change;
    }

    String keys() {
        return "SELECT n" + IntStream.range(0, keys.size())
                .mapToObj(i -> ", " + SourceForms.outputSql(table.key().get(i), keys.get(i)))
                .collect(Collectors.joining()) + " FROM " + back + " ORDER BY n";
    }

    String clearWas() {
        return "DELETE FROM " + was;
    }

    String copyWas() {
        return "COPY " + was + " FROM STDIN (FORMAT text)";
    }

    private String joined() {
        String match = IntStream.range(0, keys.size())
                .mapToObj(i -> "t." + table.key().get(i).target() + " = b." + keys.get(i))
                .collect(Collectors.joining(" AND "));
        return " FROM " + back + " b LEFT JOIN " + table.target() + " t ON " + match + " LEFT JOIN " + was
                + " w ON w.n = b.n";
    }

    private String there() {
        return "t." + table.key().getFirst().target() + " IS NOT NULL";
    }

    private String same(int column) {
        ReplicatedColumn found = table.columns().get(column);
        return text("t." + found.target()) + " IS NOT DISTINCT FROM " + text(found.from("w.c" + (column + 1)));
    }

    /** By its bytes: under a column's own collation texts may be equal that are not the same. */
    private static String text(String value) {
        return "(" + value + ")::text COLLATE \"C\"";
    }

    /** Number, whether the row is there, whether SQLite has it; per column the value and whether SQLite has the same. */
    String rows() {
        List<String> columns = new ArrayList<>(List.of("b.n", there(), "w.n IS NOT NULL"));
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(SourceForms.outputSql(table.columns().get(i), "t." + table.columns().get(i).target()));
            columns.add(same(i));
        }
        return "SELECT " + String.join(", ", columns) + joined() + " ORDER BY b.n";
    }

    /** One row that SQLite has otherwise: its number, and the column's position from 1, or 0 where it should not be. */
    String difference() {
        String cases = IntStream.range(0, table.columns().size())
                .mapToObj(i -> " WHEN NOT (" + same(i) + ") THEN " + (i + 1)).collect(Collectors.joining());
        return "SELECT n, at FROM (SELECT b.n, CASE WHEN (" + there() + ") <> (w.n IS NOT NULL) THEN 0" + cases
                + " END AS at" + joined() + ") d WHERE at IS NOT NULL ORDER BY n LIMIT 1";
    }

    /** All rows of the table. */
    String all() {
        return "SELECT " + table.columns().stream().map(c -> SourceForms.outputSql(c, c.target()))
                .collect(Collectors.joining(", ")) + " FROM " + table.target();
    }
}
