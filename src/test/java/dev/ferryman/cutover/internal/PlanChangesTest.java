package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PlanChangesTest {
    @TempDir
    Path directory;

    @Test
    void more_rows_leave_the_hash_alone_and_other_decisions_do_not() throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT)");
        execute("INSERT INTO t VALUES (1, 1, 'a')");
        Plan before = plan();
        execute("INSERT INTO t VALUES (2, 2, 'b')");
        Plan more = plan();
        execute("INSERT INTO t VALUES (3, 'three', 'c')");
        Plan other = plan();

        assertThat(more.tables().getFirst().rows()).isEqualTo(2);
        assertThat(PlanHash.of(more)).isEqualTo(PlanHash.of(before));
        assertThat(PlanChanges.between(before, more)).isEmpty();
        assertThat(PlanHash.of(other)).isNotEqualTo(PlanHash.of(more));
        assertThat(PlanChanges.between(more, other)).isNotEmpty().anyMatch(change -> change.contains("t.n"));
    }

    @Test
    void a_plan_reads_back_from_its_document_as_it_was() throws Exception {
        execute("CREATE TABLE p (id TEXT PRIMARY KEY, at DATETIME DEFAULT CURRENT_TIMESTAMP, amount DECIMAL(10,2))");
        execute("CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, p TEXT REFERENCES p(id), flag BOOLEAN)");
        execute("INSERT INTO p VALUES ('x', '2026-03-01 10:00:00', 1.25)");
        Plan plan = plan();
        JsonMapper json = JsonMapper.builder().build();

        assertThat(json.readValue(json.writeValueAsString(plan), Plan.class)).isEqualTo(plan);
    }

    private Plan plan() throws Exception {
        SqliteSource source = SqliteSource.live(directory.resolve("it.db"));
        try (var connection = source.connect()) {
            SourceSchema schema = SourceSchema.read(connection);
            return Planner.plan(schema, Profiler.profile(source, schema, ProfileListener.silent()),
                    PlanOptions.create());
        }
    }

    private void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("it.db"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
