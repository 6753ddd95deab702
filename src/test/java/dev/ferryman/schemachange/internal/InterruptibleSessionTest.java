package dev.ferryman.schemachange.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.testing.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class InterruptibleSessionTest {
    @Test
    void an_interrupt_that_comes_between_two_statements_ends_the_second() throws Exception {
        try (var database = TestPostgres.newest().freshDatabase()) {
            var between = new CountDownLatch(1);
            Thread step = Thread.ofPlatform().start(() -> {
                try {
                    InterruptibleSession.run(PostgresTarget.parse(database.url(), null), connection -> {
                        between.countDown();
                        // What a statement begins with: nothing that an interrupt would end.
                        long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                        PgText.execute(connection, "SELECT pg_sleep(60)");
                        return true;
                    });
                } catch (SQLException | InterruptedException e) {
                    // Either says that it has ended.
                }
            });
            between.await();
            step.interrupt();
            assertThat(step.join(Duration.ofSeconds(20))).isTrue();
        }
    }
}
