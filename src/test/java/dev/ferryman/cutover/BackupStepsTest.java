package dev.ferryman.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.access.Users;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.store.Instants;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Backups as steps of a cutover, with PostgreSQL's own programs. */
class BackupStepsTest {
    private static final Actor OPERATOR = Team.the("operator");
    private static final Path VAULT = LiveSite.ROOT.resolve("vault");

    abstract static class Contract {
        @Autowired
        private CutoverService cutovers;
        @Autowired
        private Reports reports;
        @Autowired
        private Users users;
        @Autowired
        private MeterRegistry meters;
        @Autowired
        private JdbcClient jdbc;

        private final TestPostgres.Database postgres = TestPostgres.fifteen().freshDatabase();
        private Path directory = LiveSite.ROOT;
        private Path sqlite = LiveSite.ROOT;

        @DynamicPropertySource
        static void settings(DynamicPropertyRegistry registry) {
            registry.add("ferryman.templates.directory", () -> "src/test/resources/dev/ferryman/cutover/backups");
            registry.add("ferryman.archive.file-roots", LiveSite.ROOT::toString);
            registry.add("ferryman.archive.places.vault.kind", () -> "directory");
            registry.add("ferryman.archive.places.vault.directory", VAULT::toString);
        }

        @BeforeEach
        void begin() throws Exception {
            ClientPrograms.installed();
            directory = Files.createTempDirectory(LiveSite.ROOT, "backups");
            sqlite = directory.resolve("leave.db");
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
                statement.execute("INSERT INTO employees (name) VALUES ('Ada'), ('Grace'), ('Edsger')");
            }
            Files.writeString(directory.resolve("app.conf"), "pool = 10\n");
            Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD + "\n");
        }

        @AfterEach
        void end() {
            postgres.close();
        }

        private String created() {
            return cutovers.create(OPERATOR, new CutoverDraft("With backups", "backups", sqlite.toString(),
                    new TargetDraft(postgres.urlWithoutPassword(), "file:" + directory.resolve("password"), null,
                            "public"),
                    SchemaMode.CREATE, Map.of("configuration", directory.resolve("app.conf").toString()))).id();
        }

        @Test
        void a_dump_of_the_target_is_listed_with_checksum_size_and_second_copy_on_page_and_in_the_report()
                throws Exception {
            String id = created();
            Cutover done = new Team(cutovers, users).work(id, cutover -> cutover.phase() == Phase.CUTOVER);
            assertThat(done.step("dump").orElseThrow().status()).isEqualTo(StepStatus.PASSED);
            BackupView dump = cutovers.view(OPERATOR, id).backups().stream()
                    .filter(each -> each.kind() == BackupView.Kind.POSTGRES).findFirst().orElseThrow();
            SealedFile sealed = SealedFile.of(Path.of(dump.location()));
            assertThat(dump.sha256()).isEqualTo(sealed.sha256());
            assertThat(dump.bytes()).isEqualTo(sealed.bytes());
            assertThat(dump.keep()).isEqualTo(Duration.ofHours(24));
            assertThat(dump.tool()).startsWith("pg_dump 1");
            assertThat(dump.location()).startsWith(
                    LiveSite.ROOT.resolve("cutovers/backups").resolve(id).resolve("dump").toString());
            assertThat(SealedFile.of(Path.of(String.valueOf(dump.secondLocation()))).sha256())
                    .isEqualTo(dump.sha256());
            assertThat(Path.of(String.valueOf(dump.secondLocation()))).startsWith(VAULT.resolve(id));
            assertThat(done.step("dump").orElseThrow().lastAttempt().orElseThrow().what())
                    .contains("Its table of contents was read back", "1 of the plan's 1 among them", "second copy");
            assertThat(reports.markdown(reports.of(OPERATOR, id))).contains("## Backups", dump.sha256(),
                    " after the end");
            assertThat(meters.get("ferryman.backup.bytes").tags("cutover", id, "step", "dump").gauge().value())
                    .isEqualTo(dump.bytes());
        }

        @Test
        void both_backups_come_back_as_they_were_taken_and_the_scratch_database_is_gone() throws Exception {
            String id = created();
            // As a run left it that was killed.
            String left = "ferryman_proof_" + id + "_0";
            jdbc.sql("INSERT INTO cutover_schema_record (cutover_id, step, kind, content, recorded_at) VALUES (?,"
                    + " 'dump-proof', 'SCRATCH', ?, ?)")
                    .params(id, "{\"server\":\"\",\"password\":\"\",\"name\":\"" + left + "\"}",
                            Instants.text(Instant.now()))
                    .update();
            postgres.execute("COMMIT; CREATE DATABASE " + left);
            Cutover done = new Team(cutovers, users).work(id, cutover -> cutover.phase() == Phase.CUTOVER);
            assertThat(postgres.scalar("SELECT count(*) FROM pg_database WHERE datname LIKE 'ferryman_proof_" + id
                    + "%'")).isEqualTo("0");
            assertThat(cutovers.view(OPERATOR, id).backups()).hasSize(2).allSatisfy(backup -> {
                BackupView.Restored restored = Objects.requireNonNull(backup.restored());
                assertThat(restored.took()).isGreaterThanOrEqualTo(Duration.ZERO);
                assertThat(restored.sentence()).contains("came back, as many as when it was taken");
            });
            BackupView file = cutovers.view(OPERATOR, id).backups().getFirst();
            assertThat(file.kind()).isEqualTo(BackupView.Kind.SQLITE);
            assertThat(file.rows()).isEqualTo(3);
            assertThat(file.tool()).startsWith("SQLite 3.");
            assertThat(done.step("dump-proof").orElseThrow().lastAttempt().orElseThrow().facts())
                    .containsKey("restoreMillis");
            assertThat(Path.of(file.location()).resolveSibling("../file-proof")).isEmptyDirectory();
        }

        @Test
        void the_final_file_and_the_configuration_are_archived_with_a_manifest_and_stay() throws Exception {
            String id = created();
            Cutover done = new Team(cutovers, users).work(id,
                    cutover -> cutover.step("archive").orElseThrow().status() == StepStatus.PASSED);
            assertThat(done.phase()).isEqualTo(Phase.MONITOR);
            BackupView archive = cutovers.view(OPERATOR, id).backups().getLast();
            assertThat(archive.kind()).isEqualTo(BackupView.Kind.ARCHIVE);
            assertThat(archive.keep()).as("never removed").isNull();
            Path file = Path.of(archive.location());
            assertThat(SealedFile.of(file).sha256()).isEqualTo(archive.sha256());
            Path restored = directory.resolve("restored.db");
            try (var zip = new ZipFile(file.toFile())) {
                try (var content = zip.getInputStream(zip.getEntry("leave.db"))) {
                    Files.copy(content, restored);
                }
                assertThat(new String(zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes(),
                        StandardCharsets.UTF_8)).contains(id, SealedFile.of(restored).sha256(), "\"employees\" : 3");
                assertThat(zip.getEntry("configuration" + directory.resolve("app.conf"))).isNotNull();
            }
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + restored);
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT count(*) FROM employees")) {
                assertThat(row.getInt(1)).isEqualTo(3);
            }
            assertThat(LiveSite.ROOT.resolve("cutovers").resolve(id).resolve("archive")).doesNotExist();
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
