package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views that are known to mean the same give the same rows on both sides; all others are listed with the reason. */
class ViewsTest {
    private static final String[] TABLES = {
            "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, boss INT, born DATE, active BOOLEAN)",
            "CREATE TABLE goods(id INTEGER PRIMARY KEY, kind TEXT, price DECIMAL(6,2), rate REAL, stock INT, sold BOOLEAN)",
            "INSERT INTO goods VALUES (1, 'a', 1.5, 0.1, 3, 1), (2, 'A', 2, 0.2, -5, 0), (3, 'a', NULL, 0.3, NULL, NULL),"
                    + " (4, NULL, 10.25, NULL, 7, 1), (5, 'é', 3, 1e300, 0, 1), (6, '', 0.5, -0.5, 8, 0)",
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

    /** The same number or boolean looks otherwise on the other side. */
    private static String value(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        if (text.equals("t") || text.equals("f")) {
            return text.equals("t") ? "1" : "0";
        }
        try {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static List<String> rows(ResultSet result) throws SQLException {
        List<String> rows = new ArrayList<>();
        while (result.next()) {
            var row = new StringBuilder();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                row.append(result.getMetaData().getColumnName(i)).append('=')
                        .append(value(result.getString(i))).append(' ');
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
                "CREATE VIEW by_name AS SELECT name, id FROM person ORDER BY name DESC, id",
                "CREATE VIEW exchanged AS SELECT id AS boss, boss AS id FROM person ORDER BY boss DESC",
                "CREATE VIEW kinds AS SELECT kind, count(*) AS n, count(price) AS priced, sum(stock) AS stock,"
                        + " avg(stock) AS mean, min(price) AS low, max(price) AS high, min(rate) AS r, sum(sold) AS sold,"
                        + " max(sold) AS any_sold, count(*) * 2 + 1 AS odd FROM goods WHERE id > 0 GROUP BY kind"
                        + " HAVING count(*) > 0 ORDER BY n DESC, kind",
                "CREATE VIEW lengths AS SELECT length(kind) AS l, sold, sum(stock + 1) AS s FROM goods"
                        + " GROUP BY length(kind), sold ORDER BY max(id)",
                "CREATE VIEW totals AS SELECT count(*) AS n, sum(stock) AS s, min(kind) AS first, max(kind) AS last,"
                        + " avg(id) AS mean FROM goods WHERE goods.id = 99",
                "CREATE VIEW everything AS SELECT count(*) AS n, min(kind) AS first, max(kind) AS last, avg(id) AS mean"
                        + " FROM goods",
                "CREATE VIEW bosses AS SELECT p.boss, count(c.id) AS cities FROM person p LEFT JOIN city c"
                        + " ON c.person = p.id GROUP BY p.boss ORDER BY p.boss",
                "CREATE VIEW ids AS SELECT id, 'person' AS what FROM person UNION ALL SELECT id, 'city' FROM city",
                "CREATE VIEW each_id AS SELECT boss FROM person UNION SELECT person FROM city UNION SELECT 7"
                        + " FROM goods",
                "CREATE VIEW many AS SELECT kind FROM goods GROUP BY kind UNION ALL SELECT city FROM city",
                "CREATE VIEW lower_kinds AS SELECT lower(kind) AS k, max(kind) AS m FROM goods GROUP BY lower(kind)"
                        + " UNION SELECT 'x', kind FROM goods",
                "CREATE VIEW compared AS SELECT l.k, g.id FROM lower_kinds l JOIN goods g ON g.kind = l.k OR g.kind = l.m"
                        + " WHERE l.m >= 'a' ORDER BY g.id, l.k, l.m",
                "CREATE VIEW over_many AS SELECT kind, count(*) AS n FROM many GROUP BY kind ORDER BY kind"};
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
                        "by_name", "exchanged", "kinds", "lengths", "totals", "everything", "bosses", "over_many",
                        "compared")) {
                    String sql = "SELECT * FROM \"" + name + "\"";
                    assertThat(rows(right.executeQuery(sql))).as(name).isEqualTo(rows(left.executeQuery(sql)))
                            .isNotEmpty();
                }
                for (String name : List.of("ids", "each_id", "many", "lower_kinds")) {
                    String sql = "SELECT * FROM " + name;
                    assertThat(rows(right.executeQuery(sql))).as(name)
                            .containsExactlyInAnyOrderElementsOf(rows(left.executeQuery(sql))).isNotEmpty();
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
        String[][] views = {{"grouped", "SELECT boss, name FROM person GROUP BY boss", "beside an aggregate"},
                {"beside", "SELECT id, max(boss) AS m FROM person", "beside an aggregate"},
                {"by_name", "SELECT name FROM person GROUP BY name", "GROUP BY over converted values or under a"},
                {"by_number", "SELECT id FROM person GROUP BY 1", "GROUP BY a number"},
                {"by_true", "SELECT count(*) AS n FROM person GROUP BY true, 'x'", "GROUP BY a constant"},
                {"at_true", "SELECT id, boss FROM person ORDER BY true", "ORDER BY a number"},
                {"apart_by", "SELECT DISTINCT city FROM city ORDER BY city", "DISTINCT with an ORDER BY"},
                {"summed", "SELECT sum(price) AS s FROM goods", "sum() of a number, not all of which are integers"},
                {"averaged", "SELECT avg(rate) AS a FROM goods", "avg() of a number"},
                {"first_name", "SELECT min(name) AS n FROM person", "min() over converted values or under a collation"},
                {"latest", "SELECT max(born) AS b FROM person", "max() of a converted value"},
                {"joined", "SELECT group_concat(id) AS ids FROM person", "the function group_concat()"},
                {"filtered", "SELECT count(*) FILTER (WHERE id > 1) AS n FROM person", "a window function"},
                {"apart", "SELECT count(DISTINCT boss) AS n FROM person", "aggregate"},
                {"had", "SELECT count(*) AS n FROM person HAVING n > 1", "HAVING without GROUP BY"},
                {"united", "SELECT id FROM person UNION SELECT city FROM city", "results of different types"},
                {"united_names", "SELECT name FROM person UNION SELECT city FROM city", "UNION over converted values"},
                {"united_all", "SELECT name FROM person UNION ALL SELECT city FROM city", "different collations"},
                {"uneven", "SELECT id FROM person UNION ALL SELECT id, person FROM city",
                        "different numbers of columns"},
                {"sorted", "SELECT id FROM person UNION SELECT id FROM city ORDER BY 1", "‘ORDER’"},
                {"common", "SELECT id FROM person INTERSECT SELECT id FROM city", "‘INTERSECT’"},
                {"nested", "SELECT * FROM (SELECT id FROM person)", "in parentheses"},
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
