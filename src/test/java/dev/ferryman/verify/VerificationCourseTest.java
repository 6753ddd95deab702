package dev.ferryman.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType.Base;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** How a verification goes on and ends, apart from what it finds. */
class VerificationCourseTest {
    private final BothSides sides = BothSides.onNewest();

    @AfterEach
    void close() {
        sides.close();
    }

    private void fill(int rows) {
        sides.sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "CREATE TABLE k (v TEXT)",
                "INSERT INTO t WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < "
                        + rows + ") SELECT value, 'x' FROM n",
                "INSERT INTO k SELECT v FROM t")
                .postgres("CREATE TABLE t (id bigint PRIMARY KEY, v text); CREATE TABLE k (v text);"
                        + "INSERT INTO t SELECT i, 'x' FROM generate_series(1, " + rows + ") i;"
                        + "INSERT INTO k SELECT v FROM t")
                .plan(new PlannedTable("t").id("id").text("v").rows(rows))
                .plan(new PlannedTable("k").text("v").rows(rows));
    }

    @Test
    void the_listener_hears_of_every_table_and_row() {
        fill(50_000);
        var heard = new CopyOnWriteArrayList<String>();
        var rows = new AtomicLong();
        VerificationResult result = sides.verify(new VerifyListener() {
            @Override
            public void tableStarted(String table, long expected) {
                heard.add("started " + table + " " + expected);
            }

            @Override
            public void rowsCompared(String table, long more) {
                rows.addAndGet(more);
            }

            @Override
            public void tableFinished(TableVerification finished) {
                heard.add("finished " + finished.table() + " " + finished.targetRows());
            }
        });
        assertThat(result.passed()).isTrue();
        assertThat(heard).containsExactlyInAnyOrder("started t 50000", "started k 50000", "finished t 50000",
                "finished k 50000");
        assertThat(rows).hasValue(100_000);
    }

    @Test
    @Timeout(120)
    void an_interrupt_stops_everything() throws InterruptedException {
        fill(200_000);
        var running = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var thrown = new AtomicReference<Throwable>();
        var thread = new Thread(() -> {
            try {
                Verification.run(sides.source(), sides.target(), sides.plan(), new VerifyOptions(2, 10),
                        new VerifyListener() {
                            @Override
                            public void rowsCompared(String table, long more) {
                                running.countDown();
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }
                        });
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
        running.await();
        thread.interrupt();
        thread.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        // A backend finds out that its client is gone when it next writes to it: only asking tells when.
        while (!"0".equals(sides.database().scalar("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND application_name = 'ferryman' AND state = 'active'"))) {
            Thread.sleep(5);
        }
    }

    @Test
    void a_target_that_cannot_be_reached_is_an_error_and_no_pass() throws InterruptedException {
        fill(1);
        var nowhere = PostgresTarget.parse("postgresql://postgres:secret-word@127.0.0.1:1/nothing", null);
        VerificationResult result = Verification.run(sides.source(), nowhere, sides.plan(), VerifyOptions.defaults(),
                VerifyListener.SILENT);
        assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(result.error()).isNotBlank().doesNotContain("secret-word");
    }

    @Test
    void a_table_that_may_not_be_read_is_an_error_and_the_others_are_compared() throws InterruptedException {
        fill(10);
        sides.postgres(
                "DROP ROLE IF EXISTS verify_reader; CREATE ROLE verify_reader LOGIN PASSWORD 'p'; GRANT SELECT ON t TO verify_reader");
        try {
            var target = PostgresTarget.parse(sides.database().url().replaceFirst("//[^@]*@", "//verify_reader:p@"),
                    null);
            VerificationResult result = Verification.run(sides.source(), target, sides.plan(),
                    new VerifyOptions(1, 10), VerifyListener.SILENT);
            assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
            assertThat(result.error()).contains("Table k").contains("permission denied");
            assertThat(result.tables()).extracting(TableVerification::equal).containsExactly(true, false);
        } finally {
            sides.postgres("DROP OWNED BY verify_reader; DROP ROLE verify_reader");
        }
    }

    @Test
    void nothing_is_written_to_either_side() {
        fill(10);
        sides.postgres("ALTER DATABASE " + sides.database().name() + " SET default_transaction_read_only = on");
        assertThat(sides.verify().passed()).isTrue();
    }

    @Test
    void a_result_survives_json() {
        sides.both("CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t VALUES (1,'a')")
                .postgres("UPDATE t SET v = NULL")
                .plan(new PlannedTable("t").column("id", Base.INT8, Conversion.DIRECT).text("v").key(true, "id"));
        VerificationResult result = sides.verify();
        var json = JsonMapper.builder().build();
        assertThat(json.readValue(json.writeValueAsString(result), VerificationResult.class)).isEqualTo(result);
    }

    @Test
    void options_refuse_what_makes_no_sense() {
        assertThatThrownBy(() -> new VerifyOptions(0, 1)).hasMessageContaining("jobs");
        assertThatThrownBy(() -> new VerifyOptions(1, -1)).hasMessageContaining("listedPerTable");
        assertThat(List.of(VerifyOptions.defaults().jobs())).allMatch(jobs -> jobs >= 2);
    }
}
