package dev.ferryman.verify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.TableKey;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.testing.TestPostgres;
import dev.ferryman.verify.VerifyListener;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnorderedComparisonTest {
    /** 3,000 rows on either side: 1,000 changed, 500 missing, 250 extra, the rest equal. */
    @ParameterizedTest
    @CsvSource({"100000, true", "100, true", "1, true", "100000, false", "100, false"})
    void every_difference_is_counted_once_however_few_rows_fit_at_once(int keysAtOnce, boolean keyed,
            @TempDir Path directory) throws Exception {
        Path file = directory.resolve("source.sqlite");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)");
            statement.execute("INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 3000) SELECT 'k' || i, 'v' || i FROM n");
        }
        try (var database = TestPostgres.newest().freshDatabase()) {
            database.execute("CREATE TABLE t (k text, v text);"
                    + "INSERT INTO t SELECT 'k' || i, 'v' || i FROM generate_series(1, 3250) i;"
                    + "UPDATE t SET v = v || '!' WHERE substr(k, 2)::int <= 1000;"
                    + "DELETE FROM t WHERE substr(k, 2)::int BETWEEN 1001 AND 1500");
            var text = PgType.of(PgType.Base.TEXT);
            var plan = new TablePlan("t", "public", "t", false, null,
                    keyed ? new TableKey(List.of("k"), false) : TableKey.none(),
                    List.of(new ColumnPlan("k", "k", "TEXT", text, Conversion.DIRECT, false, null, null, false, ""),
                            new ColumnPlan("v", "v", "TEXT", text, Conversion.DIRECT, false, null, null, false, "")),
                    null, List.of(), 3000);
            var tally = new Tally(50);
            try (var session = new Session(SqliteSource.snapshot(file), PostgresTarget.parse(database.url(), null),
                    null, false)) {
                var table = ComparedTable.of(plan, TargetCatalog.columns(session.target(), "public", "t"), false, null);
                new UnorderedComparison(session, table, tally, new Progress(VerifyListener.SILENT, "t"), keysAtOnce)
                        .run(this);
            }
            assertThat(tally.sourceRows()).isEqualTo(3000);
            assertThat(tally.targetRows()).isEqualTo(2750);
            assertThat(tally.changed()).isEqualTo(keyed ? 1000 : 0);
            assertThat(tally.missing()).isEqualTo(keyed ? 500 : 1500);
            assertThat(tally.extra()).isEqualTo(keyed ? 250 : 1250);
            assertThat(tally.listed()).hasSize(50).doesNotHaveDuplicates();
        }
    }
}
