package dev.ferryman.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table gets after its rows. */
class CompletionTest {
    private static final int PARENTS = 60_000;

    @TempDir
    Path directory;

    private CopyFixture fixture;

    @BeforeEach
    void fresh() {
        fixture = new CopyFixture(directory);
    }

    @AfterEach
    void drop() {
        fixture.close();
    }

    private String scalar(String sql) throws Exception {
        try (var connection = fixture.target.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void run(String sql) throws Exception {
        try (var connection = fixture.target.connect(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Children of many parents, the last of which has none where it is wanted. */
    private SnapshotFile family(boolean orphan) throws Exception {
        String numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + PARENTS + ") ";
        return fixture.snapshot("CREATE TABLE p (id INTEGER PRIMARY KEY)",
                "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER)",
                "INSERT INTO p " + numbers + "SELECT i FROM n",
                "INSERT INTO c " + numbers + "SELECT i, 1 + i * 7919 % " + PARENTS + " FROM n",
                orphan ? "UPDATE c SET p = 0 WHERE id = " + PARENTS : "SELECT 1");
    }

    private static Plan familyPlan() {
        return Plans.created(
                Plans.table("p").id("id").rows(PARENTS).createdBy("CREATE TABLE p (id bigint NOT NULL)")
                        .then(AfterLoad.Kind.PRIMARY_KEY, "p_pkey",
                                "ALTER TABLE p ADD CONSTRAINT p_pkey PRIMARY KEY (id)")
                        .plan(),
                Plans.table("c").id("id").with("p", PgType.Base.INT8).rows(PARENTS)
                        .createdBy("CREATE TABLE c (id bigint NOT NULL, p bigint)")
                        .then(AfterLoad.Kind.PRIMARY_KEY, "c_pkey",
                                "ALTER TABLE c ADD CONSTRAINT c_pkey PRIMARY KEY (id)")
                        .then(AfterLoad.Kind.INDEX, "c_p", "CREATE INDEX c_p ON c (p)")
                        .then(AfterLoad.Kind.INDEX, "c_p_id", "CREATE INDEX c_p_id ON c (p, id)")
                        .then(AfterLoad.Kind.CHECK, "c_id", "ALTER TABLE c ADD CONSTRAINT c_id CHECK (id > 0)")
                        .then(AfterLoad.Kind.FOREIGN_KEY, "c_p",
                                "ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id) NOT VALID")
                        .then(AfterLoad.Kind.VALIDATE_FOREIGN_KEY, "c_p", "ALTER TABLE c VALIDATE CONSTRAINT c_p")
                        .plan());
    }

    @Test
    void keys_indexes_checks_and_foreign_keys_of_large_tables_are_built_and_statistics_gathered() throws Exception {
        fixture.copy(family(false), familyPlan());
        assertThat(scalar("SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text)"
                + " FROM pg_index WHERE indrelid IN ('c'::regclass, 'p'::regclass)"))
                .isEqualTo("c_p c_p_id c_pkey p_pkey");
        assertThat(scalar("SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint"
                + " WHERE conrelid = 'c'::regclass AND convalidated AND contype IN ('c', 'f')")).isEqualTo("c_id c_p");
        assertThat(scalar("SELECT count(DISTINCT tablename) FROM pg_stats WHERE tablename IN ('c', 'p')"))
                .isEqualTo("2");
    }

    @Test
    void a_row_without_a_parent_among_many_parents_is_found_and_the_copy_goes_on_once_it_has_one() throws Exception {
        var snapshot = family(true);
        var job = fixture.job(snapshot, familyPlan());
        job.prepare();
        job.backfill();
        assertThatThrownBy(job::finish).isInstanceOf(CopyFailedException.class)
                .hasMessageContaining("PostgreSQL refused c_p").hasMessageContaining("(p)=(0)");
        assertThat(scalar("SELECT state FROM ferryman.job")).isEqualTo("completing");

        run("INSERT INTO p VALUES (0)");
        List<Integer> told = new ArrayList<>();
        fixture.job(snapshot, familyPlan(), new JobOwner.Alone("test"), new CopyListener() {
            @Override
            public synchronized void completed(int done, int total) {
                told.add(done);
                assertThat(total).isEqualTo(7);
            }
        }).finish();
        assertThat(scalar("SELECT convalidated FROM pg_constraint WHERE conname = 'c_p' AND contype = 'f'"))
                .isEqualTo("t");
        // All but the validation was found built.
        assertThat(told).containsExactly(6, 7);
    }
}
