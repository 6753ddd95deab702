package dev.ferryman.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans well-known files where they lie beside the project, and creates their empty schemas. */
class CorpusPlanTest {
    private static final Path CORPUS = Path.of("..", "shared", "corpus");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"chinook.sqlite", "sakila.db", "northwind.db", "pocketbase.db", "datasette.db"})
    void a_well_known_file_is_planned_and_its_schema_created(String name) throws Exception {
        assumeThat(CORPUS.resolve(name)).as("the corpus lies beside the project").exists();
        var file = SqliteFile.of(Files.copy(CORPUS.resolve(name), directory.resolve(name)));

        var plan = file.plan();

        assertThat(plan.possible()).isTrue();
        assertThat(plan.findings()).allSatisfy(finding -> assertThat(finding.message()).isNotBlank());
        assertThat(PlanHash.of(file.plan())).isEqualTo(PlanHash.of(plan));
        try (var database = TestPostgres.newest().freshDatabase()) {
            PlanExecution.createAll(plan, database);
        }
    }
}
