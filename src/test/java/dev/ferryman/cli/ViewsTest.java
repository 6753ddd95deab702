package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views that are known to mean the same give the same rows on both sides; all others are listed with the reason. */
class ViewsTest {
    private static final String[] TABLES = {
            "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, boss INT, born DATE, active BOOLEAN)",
            "CREATE TABLE city(id INTEGER PRIMARY KEY, person INT, city TEXT, [Post Code] TEXT)",
            "INSERT INTO person VALUES (1, 'Ada', NULL, '2000-01-01', 1), (2, 'bob', 1, NULL, 0),"
                    + " (3, 'Özil', 1, '2001-01-01', 1), (4, NULL, 2, '2002-01-01', NULL)",
            "INSERT INTO city VALUES (1, 1, 'Berlin', '10115'), (2, 1, 'Ulm', NULL), (3, 3, 'Äpfel', '1')"};

    @TempDir
    Path directory;

    private Path source(String... views) throws Exception {
        Path file = directory.resolve("source.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : TABLES) {
                statement.execute(sql);
            }
            for (String sql : views) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private static List<String> rows(ResultSet result) throws SQLException {
        List<String> rows = new ArrayList<>();
        while (result.next()) {
            var row = new StringBuilder();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                row.append(result.getMetaData().getColumnName(i)).append('=').append(result.getString(i)).append(' ');
            }
            rows.add(row.toString());
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_view_gives_the_same_rows_on_both_sides(int version) throws Exception {
        String[] views = {"CREATE VIEW plain AS SELECT id, name FROM person WHERE name = 'ADA' ORDER BY id",
                "CREATE VIEW [Odd Name] AS SELECT p.id AS ID, p.name || '!' AS \"loud name\", c.[Post Code] zip,"
                        + " CASE WHEN p.boss IS NULL THEN 'top' ELSE 'not' END AS place FROM person AS p"
                        + " LEFT JOIN city c ON c.person = p.id ORDER BY p.id DESC, c.id",
                "CREATE VIEW crossed AS SELECT a.id AS a, b.id AS b, a.id < b.id AS less FROM person a, city b"
                        + " WHERE a.id = b.person ORDER BY a.id, b.id",
                "CREATE VIEW listed(x, y) AS SELECT DISTINCT boss, 7 FROM person ORDER BY boss",
                "CREATE VIEW aaa_over AS SELECT * FROM plain",
                "CREATE VIEW by_city AS SELECT city.* FROM city JOIN person ON person.id = city.person"
                        + " ORDER BY city.city",
                "CREATE VIEW by_name AS SELECT name, id FROM person ORDER BY name DESC, id"};
        Path source = source(views);
        try (var database = (version == 15 ? TestPostgres.fifteen() : TestPostgres.newest()).freshDatabase()) {
            Invocation copy = Invocation.of("copy", "--source", source.toString(), "--target", database.url(),
                    "--snapshot-dir", directory.toString());
            assertThat(copy.status()).as(copy.out() + copy.err()).isZero();
            assertThat(copy.out()).doesNotContain("view");
            try (var sqlite = DriverManager.getConnection("jdbc:sqlite:" + source);
                    var left = sqlite.createStatement();
                    var postgres = database.connect();
                    var right = postgres.createStatement()) {
                for (String name : List.of("plain", "Odd Name", "crossed", "listed", "aaa_over", "by_city",
                        "by_name")) {
                    String sql = "SELECT * FROM \"" + name + "\"";
                    assertThat(rows(right.executeQuery(sql))).as(name).isEqualTo(rows(left.executeQuery(sql)))
                            .isNotEmpty();
                }
            }
            Invocation verify = Invocation.of("verify", "--source", source.toString(), "--target", database.url(),
                    "--snapshot-dir", directory.toString());
            assertThat(verify.status()).as(verify.out() + verify.err()).isZero();
            database.execute("DROP VIEW aaa_over");
            assertThat(Invocation.of("verify", "--source", source.toString(), "--target", database.url(),
                    "--snapshot-dir", directory.toString()).out())
                    .contains("The view aaa_over is planned and not there");
            assertThat(Invocation.of("clean", "--target", database.url(), "--drop").status()).isZero();
            assertThat(database.scalar("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                    .isEqualTo("0");
        }
    }

    @Test
    void a_view_that_may_mean_something_else_is_listed_with_the_reason_and_its_sql() throws Exception {
        String[][] views = {{"grouped", "SELECT boss, 1 AS n FROM person GROUP BY boss", "‘GROUP’"},
                {"united", "SELECT id FROM person UNION SELECT id FROM city", "‘UNION’"},
                {"nested", "SELECT * FROM (SELECT id FROM person)", "in parentheses"},
                {"counted", "SELECT count(*) AS n FROM person", "the function count()"},
                {"dated", "SELECT date(born, '+1 day') AS d FROM person", "date"},
                {"nameless", "SELECT id + 1 FROM person", "without a name"},
                {"twice", "SELECT p.id, c.id FROM person p JOIN city c ON c.person = p.id",
                        "two columns of the name id"},
                {"cut", "SELECT id FROM person LIMIT 1", "‘LIMIT’"},
                {"folded", "SELECT DISTINCT name FROM person", "DISTINCT"},
                {"over_bad", "SELECT * FROM grouped", "grouped, which is not in the target"},
                {"gone", "SELECT * FROM nowhere", "nowhere, which is not in the target"}};
        String[] sql = new String[views.length];
        for (int i = 0; i < views.length; i++) {
            sql[i] = "CREATE VIEW " + views[i][0] + " AS " + views[i][1];
        }
        String said = Invocation.of("inspect", "--source", source(sql).toString()).out();
        for (String[] view : views) {
            assertThat(said.lines().filter(line -> line.startsWith("  " + view[0] + ": "))).as(view[0] + said)
                    .singleElement().asString().contains(view[2]);
            assertThat(said).contains("  CREATE VIEW " + view[0] + " AS " + view[1] + ";\n");
        }
    }
}
