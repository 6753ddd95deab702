package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random statements of every kind on random schemas: every row that is different afterwards has its key recorded, those
 * included that nobody named (displaced by a REPLACE, changed by a cascade or by the application's own trigger).
 */
class CapturePropertyTest {
    private static final int SCHEMAS = 6;
    private static final int STATEMENTS = 250;
    private static final List<String> KEYS = List.of("id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT",
            "id TEXT NOT NULL PRIMARY KEY", "id TEXT NOT NULL PRIMARY KEY COLLATE NOCASE",
            "id NOT NULL PRIMARY KEY", "id REAL NOT NULL PRIMARY KEY", "id INT NOT NULL UNIQUE ON CONFLICT REPLACE",
            "id INTEGER NOT NULL", "id TEXT COLLATE NOCASE NOT NULL");
    private static final List<String> UNIQUES = List.of("CREATE UNIQUE INDEX {i} ON {t}(a)",
            "CREATE UNIQUE INDEX {i} ON {t}(a, b)", "CREATE UNIQUE INDEX {i} ON {t}(a COLLATE NOCASE)",
            "CREATE UNIQUE INDEX {i} ON {t}(b) WHERE d = 1", "CREATE UNIQUE INDEX {i} ON {t}(lower(a))",
            "CREATE UNIQUE INDEX {i} ON {t}(b + d)", "CREATE UNIQUE INDEX {i} ON {t}(lower(a), b) WHERE d IS NOT NULL",
            "CREATE UNIQUE INDEX {i} ON {t}(g)", "CREATE UNIQUE INDEX {i} ON {t}(d DESC)",
            "CREATE UNIQUE INDEX {i} ON {t}(n)");

    @TempDir
    Path directory;

    private record Table(String name, List<String> key) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void every_row_that_differs_has_its_key_recorded(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < SCHEMAS; i++) {
            List<String> statements = new ArrayList<>();
            List<Table> tables = schema(random, statements);
            try (var file = LiveFile.create(directory, statements.toArray(String[]::new))) {
                CaptureState state = file.install();
                for (Table table : tables) {
                    assertThat(LiveFile.table(state, table.name()).key()).as(String.join(";\n", statements))
                            .isEqualTo(table.key());
                }
                file.run("PRAGMA foreign_keys = " + random.nextInt(2),
                        "PRAGMA recursive_triggers = " + random.nextInt(2));
                check(file, state, tables, random, statements);
            }
        }
    }

    private static void check(LiveFile file, CaptureState state, List<Table> tables, Random random,
            List<String> history) {
        Map<String, Map<String, String>> before = rows(file, tables);
        Map<String, Integer> seen = new HashMap<>();
        int done = 0;
        for (int i = 0; i < STATEMENTS; i++) {
            String sql = statement(random, tables);
            boolean transaction = random.nextInt(10) == 0;
            if (transaction) {
                file.run("BEGIN");
            }
            done += file.attempt(sql) ? 1 : 0;
            if (transaction) {
                file.attempt(statement(random, tables));
                file.attempt(random.nextInt(3) == 0 ? "ROLLBACK" : "COMMIT");
            }
            history.add(sql);
            Map<String, Map<String, String>> after = rows(file, tables);
            for (Table table : tables) {
                List<String> recorded = file.recorded(state, table.name());
                Set<String> now = new HashSet<>(
                        recorded.subList(Math.min(recorded.size(), seen.getOrDefault(table.name(), 0)),
                                recorded.size()));
                seen.put(table.name(), recorded.size());
                assertThat(now).as(() -> "table " + table.name() + " after " + String.join(";\n", history))
                        .containsAll(differing(before.getOrDefault(table.name(), Map.of()),
                                after.getOrDefault(table.name(), Map.of())));
            }
            before = after;
        }
        assertThat(done).as("statements that worked, or nothing was tried").isGreaterThan(STATEMENTS / 10);
    }

    private static Set<String> differing(Map<String, String> before, Map<String, String> after) {
        Set<String> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        keys.removeIf(key -> before.containsKey(key) && before.get(key).equals(after.get(key)));
        return keys;
    }

    private static Map<String, Map<String, String>> rows(LiveFile file, List<Table> tables) {
        Map<String, Map<String, String>> rows = new HashMap<>();
        tables.forEach(table -> rows.put(table.name(), file.rows(table.name(), table.key())));
        return rows;
    }

    private static List<Table> schema(Random random, List<String> statements) {
        List<Table> tables = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            String name = t == 0 ? "parent" : "the child";
            String quoted = "\"" + name + "\"";
            String id = KEYS.get(random.nextInt(KEYS.size()));
            boolean composite = !id.contains("PRIMARY") && !id.contains("UNIQUE");
            boolean withoutRowid = random.nextInt(4) == 0 && !id.contains("AUTOINCREMENT") && !id.contains("UNIQUE");
            statements.add("CREATE TABLE " + quoted + "(" + id + ", \"group\" INTEGER NOT NULL DEFAULT 0, a TEXT"
                    + (random.nextBoolean() ? " COLLATE NOCASE" : "")
                    + ", b INTEGER, d, n TEXT NOT NULL DEFAULT 'same',"
                    + " g AS (lower(a)) " + (random.nextBoolean() ? "STORED" : "VIRTUAL")
                    + (t == 1
                            ? ", ref REFERENCES parent(id) ON DELETE " + action(random) + " ON UPDATE "
                                    + action(random)
                            : "")
                    + (composite ? ", PRIMARY KEY (id, \"group\")" : "") + ")"
                    + (withoutRowid ? " WITHOUT ROWID" : ""));
            for (int u = random.nextInt(3); u > 0; u--) {
                statements.add(UNIQUES.get(random.nextInt(UNIQUES.size())).replace("{t}", quoted).replace("{i}",
                        "u" + t + "_" + u));
            }
            // A key under its own UNIQUE is the table's key only where no primary key is declared.
            tables.add(new Table(name, composite ? List.of("id", "group") : List.of("id")));
        }
        if (random.nextBoolean()) {
            statements
                    .add("CREATE TRIGGER touch AFTER UPDATE ON parent BEGIN UPDATE parent SET b = new.b + 1 WHERE id ="
                            + " new.id AND b < 5; END");
        }
        if (random.nextBoolean()) {
            statements
                    .add("CREATE TRIGGER spread BEFORE INSERT ON parent BEGIN INSERT OR REPLACE INTO \"the child\"(id,"
                            + " a, b) VALUES (new.id, new.a, new.b); DELETE FROM \"the child\" WHERE b = new.b + 1; END");
        }
        if (random.nextBoolean()) {
            statements.add("CREATE TRIGGER rename AFTER DELETE ON \"the child\" BEGIN UPDATE OR REPLACE parent SET id ="
                    + " old.id WHERE b = old.b; END");
        }
        statements.add("CREATE VIEW v AS SELECT id, a, b FROM parent");
        statements.add("CREATE TRIGGER through INSTEAD OF INSERT ON v BEGIN INSERT OR REPLACE INTO parent(id, a, b)"
                + " VALUES (new.id, new.a, new.b); END");
        return tables;
    }

    private static String action(Random random) {
        return List.of("CASCADE", "SET NULL", "SET DEFAULT", "NO ACTION").get(random.nextInt(4));
    }

    private static String statement(Random random, List<Table> tables) {
        String table = "\"" + tables.get(random.nextInt(tables.size())).name() + "\"";
        String or = List.of("", "", " OR REPLACE", " OR REPLACE", " OR IGNORE", " OR FAIL").get(random.nextInt(6));
        String values = "(" + id(random) + ", " + random.nextInt(2) + ", " + text(random) + ", " + random.nextInt(6)
                + ", " + List.of("1", "0", "NULL", "'x'", "1.0").get(random.nextInt(5)) + ", " + text(random) + ")";
        String column = List.of("a = " + text(random), "b = b + 1", "b = " + random.nextInt(6), "d = 1", "d = NULL",
                "n = NULL", "n = " + text(random), "id = " + id(random), "\"group\" = 1 - \"group\"", "a = upper(a)",
                "id = lower(id)").get(random.nextInt(11));
        String where = List.of("", " WHERE id = " + id(random), " WHERE b > " + random.nextInt(6),
                " WHERE a = " + text(random), " WHERE \"group\" = 0").get(random.nextInt(5));
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> "INSERT" + or + " INTO " + table + "(id, \"group\", a, b, d, n) VALUES " + values;
            case 4 -> "INSERT INTO " + table + "(id, \"group\", a, b, d, n) VALUES " + values
                    + " ON CONFLICT DO UPDATE SET " + column;
            case 5 ->
                "INSERT OR REPLACE INTO " + table + "(id, \"group\", a, b, d, n) SELECT id, 1, a, b + 1, d, n FROM "
                        + table;
            case 6, 7, 8 -> "UPDATE" + or + " " + table + " SET " + column + where;
            case 9 -> "DELETE FROM " + table + where;
            case 10 -> "INSERT INTO v VALUES (" + id(random) + ", " + text(random) + ", " + random.nextInt(6) + ")";
            default -> "REPLACE INTO " + table + "(id, rowid, a, n) VALUES (" + id(random) + ", " + random.nextInt(6)
                    + ", " + text(random) + ", NULL)";
        };
    }

    private static String id(Random random) {
        return List.of("1", "2", "3", "4", "5", "'a'", "'A'", "'b'", "2.0", "x'01'", "'B '").get(random.nextInt(11));
    }

    private static String text(Random random) {
        return List.of("'a'", "'A'", "'b'", "'B'", "'c'", "NULL", "'same'").get(random.nextInt(7));
    }
}
