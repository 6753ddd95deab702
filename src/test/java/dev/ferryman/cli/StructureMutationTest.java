package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One thing is changed in a target that was copied and is equal: verification finds that, and nothing else. */
class StructureMutationTest {
    private static final String[] SOURCE = {
            "CREATE TABLE p(id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, at TEXT DEFAULT"
                    + " (datetime('now', '+7 days')), n INT DEFAULT 5 CHECK (n > 0), token TEXT DEFAULT"
                    + " (lower(hex(randomblob(4)))), bare TEXT, short CHAR(1) DEFAULT (lower(hex(randomblob(4)))))",
            "CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p)", "CREATE INDEX by_n ON p(n) WHERE n > 3",
            "CREATE UNIQUE INDEX nocase ON p(code COLLATE NOCASE)",
            "CREATE VIEW v AS SELECT id, code FROM p", "INSERT INTO p(code, short) VALUES ('a', 'x'), ('b', 'y')",
            "INSERT INTO c VALUES (1, 1)"};

    /** A change, what verification says of it, and how it is undone. */
    private static final List<List<String>> CHANGES = List.of(
            List.of("DROP INDEX by_n", "index-missing by_n", "CREATE INDEX by_n ON p (n) WHERE n > 3"),
            List.of("DROP INDEX nocase", "index-missing nocase",
                    "CREATE UNIQUE INDEX nocase ON p (lower(code COLLATE \"C\"))"),
            List.of("ALTER TABLE p DROP CONSTRAINT p_code_key", "constraint-missing p_code_key",
                    "ALTER TABLE p ADD CONSTRAINT p_code_key UNIQUE (code)"),
            List.of("ALTER TABLE p DROP CONSTRAINT p_check", "constraint-missing p_check",
                    "ALTER TABLE p ADD CONSTRAINT p_check CHECK (n > 0)"),
            List.of("ALTER TABLE c DROP CONSTRAINT c_p_fkey", "constraint-missing c_p_fkey",
                    "ALTER TABLE c ADD CONSTRAINT c_p_fkey FOREIGN KEY (p) REFERENCES p (id)"),
            List.of("ALTER TABLE c DROP CONSTRAINT c_pkey", "constraint-missing c_pkey",
                    "ALTER TABLE c ADD CONSTRAINT c_pkey PRIMARY KEY (id)"),
            List.of("ALTER TABLE p ALTER code DROP NOT NULL", "not-null-missing code",
                    "ALTER TABLE p ALTER code SET NOT NULL"),
            List.of("ALTER TABLE p ALTER n SET DEFAULT 6", "default-differs n", "ALTER TABLE p ALTER n SET DEFAULT 5"),
            List.of("ALTER TABLE p ALTER at SET DEFAULT to_char(now(), 'YYYY')", "default-differs at",
                    "ALTER TABLE p ALTER at SET DEFAULT to_char(now() AT TIME ZONE 'UTC' + interval '7 days',"
                            + " 'YYYY-MM-DD HH24:MI:SS')"),
            List.of("ALTER TABLE p ALTER token SET DEFAULT 'x'", "default-differs token",
                    "ALTER TABLE p ALTER token SET DEFAULT md5(random()::text)"),
            List.of("ALTER TABLE p ALTER bare SET DEFAULT 'x'", "default-differs bare",
                    "ALTER TABLE p ALTER bare DROP DEFAULT"),
            List.of("ALTER TABLE p ALTER n DROP DEFAULT", "default-differs n", "ALTER TABLE p ALTER n SET DEFAULT 5"),
            List.of("ALTER TABLE p ALTER n TYPE integer", "type-differs n", "ALTER TABLE p ALTER n TYPE bigint"),
            List.of("SELECT setval('p_id_seq', 1)", "sequence-behind id", "SELECT setval('p_id_seq', 2)"),
            List.of("DROP VIEW v", "view-missing v", "CREATE VIEW v AS SELECT id, code FROM p"),
            List.of("ALTER TABLE p DROP COLUMN bare", "column-missing bare", "ALTER TABLE p ADD bare text"));

    @TempDir
    Path directory;

    private JsonNode verify(Path source, TestPostgres.Database database) {
        return JsonMapper.builder().build().readTree(Invocation.of("verify", "--source", source.toString(), "--target",
                database.url(), "--snapshot-dir", directory.toString(), "--output", "json").out());
    }

    @Test
    void every_change_of_the_structure_is_found_alone_and_changes_the_seal() throws Exception {
        Path source = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            for (String sql : SOURCE) {
                statement.execute(sql);
            }
        }
        try (var database = TestPostgres.newest().freshDatabase()) {
            assertThat(Invocation.of("copy", "--source", source.toString(), "--target", database.url(),
                    "--snapshot-dir", directory.toString()).status()).isZero();
            JsonNode equal = verify(source, database);
            assertThat(equal.get("status").asString()).as("%s", equal).isEqualTo("passed");
            assertThat(equal.get("seal").asString()).matches("[0-9a-f]{64}")
                    .isEqualTo(verify(source, database).get("seal").asString());
            for (List<String> change : CHANGES) {
                database.execute(change.get(0));
                JsonNode changed = verify(source, database);
                var said = new ArrayList<String>();
                changed.get("structure")
                        .forEach(f -> said.add(f.get("code").asString() + " " + f.get("object").asString()));
                assertThat(said).as(change.get(0)).containsExactly(change.get(1));
                assertThat(changed.get("status").asString()).isEqualTo("failed");
                assertThat(changed.get("differingRows").asLong()).isZero();
                assertThat(changed.get("seal").asString()).isNotEqualTo(equal.get("seal").asString());
                database.execute(change.get(2));
            }
            assertThat(verify(source, database).get("status").asString()).isEqualTo("passed");
            database.execute("UPDATE c SET p = 2");
            JsonNode changed = verify(source, database);
            assertThat(changed.get("differences")).singleElement().satisfies(difference -> {
                assertThat(difference.get("key").asString()).isEqualTo("1");
                assertThat(difference.get("target").asString()).isEqualTo("2");
            });
        }
    }
}
