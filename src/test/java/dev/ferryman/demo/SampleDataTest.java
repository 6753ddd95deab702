package dev.ferryman.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.demo.leavedesk.SampleData;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleDataTest {
    private static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    @TempDir
    Path directory;

    private Path create(String name, long seed, double scale) {
        Path file = directory.resolve(name);
        assertThat(new SampleData(seed, scale, DAY, "secret").createIfMissing(file)).isTrue();
        return file;
    }

    private static <T> T read(Path file, String sql, Reader<T> reader) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return reader.from(rows);
        }
    }

    private interface Reader<T> {
        T from(ResultSet rows) throws SQLException;
    }

    private static String value(Path file, String sql) throws SQLException {
        return read(file, sql, rows -> rows.next() ? String.valueOf(rows.getString(1)) : "no row");
    }

    private static Map<String, List<String>> dump(Path file) throws SQLException {
        Map<String, List<String>> result = new TreeMap<>();
        List<String> tables = read(file, "SELECT name FROM sqlite_schema WHERE type = 'table'", rows -> {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        });
        for (String table : tables) {
            result.put(table, read(file, "SELECT * FROM " + table, rows -> {
                List<String> lines = new ArrayList<>();
                while (rows.next()) {
                    StringBuilder line = new StringBuilder();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        Object value = rows.getObject(i);
                        line.append(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value)
                                .append('|');
                    }
                    lines.add(line.toString());
                }
                return lines;
            }));
        }
        return result;
    }

    @Test
    void the_same_seed_gives_the_same_rows_and_another_seed_gives_others() throws Exception {
        Map<String, List<String>> first = dump(create("a.db", 7, 0.05));
        assertThat(dump(create("b.db", 7, 0.05))).isEqualTo(first);
        assertThat(dump(create("c.db", 8, 0.05))).isNotEqualTo(first);
    }

    @Test
    void the_usual_scale_is_about_forty_thousand_rows_in_good_order() throws Exception {
        Path file = create("full.db", 20_240_229L, 1);
        long rows = dump(file).values().stream().mapToLong(List::size).sum();
        assertThat(rows).isBetween(35_000L, 45_000L);
        assertThat(value(file, "PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(value(file, "PRAGMA foreign_key_check")).isEqualTo("no row");
        assertThat(value(file, "PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void it_holds_what_makes_real_files_hard_to_carry() throws Exception {
        Path file = create("hard.db", 1, 0.1);
        assertThat(value(file, "SELECT seq > (SELECT max(id) FROM leave_requests) FROM sqlite_sequence"
                + " WHERE name = 'leave_requests'")).as("ids that were given out and are gone").isEqualTo("1");
        assertThat(value(file, "SELECT count(DISTINCT typeof(days)) FROM leave_requests"))
                .as("decimals stored as integers and as reals").isEqualTo("2");
        assertThat(value(file, "SELECT group_concat(DISTINCT typeof(active)) FROM employees")).isEqualTo("integer");
        assertThat(value(file, "SELECT count(*) FROM leave_requests WHERE note = ''")).isNotEqualTo("0");
        assertThat(value(file, "SELECT count(*) FROM leave_requests WHERE note LIKE '%🎉%'")).isNotEqualTo("0");
        assertThat(value(file, "SELECT count(*) FROM employees WHERE email COLLATE BINARY <> lower(email)"))
                .isNotEqualTo("0");
        assertThat(value(file, "SELECT typeof(bank_account) FROM employees WHERE bank_account IS NOT NULL"))
                .isEqualTo("blob");
        assertThat(value(file, "SELECT sum(requests) FROM pending_by_department"))
                .isEqualTo(value(file, "SELECT count(*) FROM leave_requests WHERE status = 'pending'"));
    }

    @Test
    void its_only_question_is_about_dates_that_nobody_can_read() throws Exception {
        SqliteSource source = SqliteSource.live(create("asked.db", 1, 0.1));
        SourceSchema schema;
        try (Connection connection = source.connect()) {
            schema = SourceSchema.read(connection);
        }
        Profile profile = Profiler.profile(source, schema, ProfileListener.silent());
        Plan plan = Planner.plan(schema, profile, PlanOptions.create());
        assertThat(plan.possible()).isTrue();
        assertThat(plan.decisions()).singleElement().satisfies(decision -> {
            assertThat(decision.table() + "." + decision.column()).isEqualTo("usage_details.recorded_at");
            assertThat(decision.count()).isPositive();
            assertThat(decision.offers(Choice.QUARANTINE)).isTrue();
        });
    }

    @Test
    void a_file_that_is_there_is_left_alone() throws Exception {
        Path file = create("kept.db", 1, 0.01);
        Map<String, List<String>> before = dump(file);
        assertThat(new SampleData(2, 0.02, DAY, "secret").createIfMissing(file)).isFalse();
        assertThat(dump(file)).isEqualTo(before);
    }
}
