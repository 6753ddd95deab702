package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application reads and writes while the triggers on its tables are removed. */
class TargetRemovalTest {
    private static final String IN_LINE = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'z'::regclass";

    @TempDir
    Path directory;

    private Replica followed() throws Exception {
        Replica replica = Replica.of(LiveFile.create(directory, "CREATE TABLE a (id INTEGER PRIMARY KEY)",
                "CREATE TABLE z (id INTEGER PRIMARY KEY)"), directory);
        replica.catchUpNow();
        new ReverseCapture(replica.file.source(), replica.target, replica.plan, LiveFile.LEASE)
                .prepare(replica.snapshot);
        return replica;
    }

    private static CompletableFuture<Void> removal(Replica replica) {
        return CompletableFuture.runAsync(() -> {
            try {
                new TargetRemoval(replica.target, LiveFile.LEASE).run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void a_reader_that_comes_to_the_tables_in_another_order_is_never_the_victim_of_a_deadlock() throws Exception {
        try (Replica replica = followed(); Connection reader = replica.database.connect()) {
            reader.setAutoCommit(false);
            read(reader, "z");
            CompletableFuture<Void> removal = removal(replica);
            await().until(() -> !"0".equals(replica.database.scalar(IN_LINE)));
            read(reader, "a");
            reader.commit();
            removal.join();
            assertThat(replica.database.scalar("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"))
                    .isEqualTo("0");
        }
    }

    @Test
    void others_go_on_reading_a_table_that_somebody_reads_for_long() throws Exception {
        try (Replica replica = followed();
                Connection reader = replica.database.connect();
                Connection other = replica.database.connect()) {
            reader.setAutoCommit(false);
            read(reader, "z");
            CompletableFuture<Void> removal = removal(replica);
            await().until(() -> !"0".equals(replica.database.scalar(IN_LINE)));
            read(other, "z");
            assertThat(removal).isNotDone();
            reader.commit();
            removal.join();
        }
    }

    private static void read(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM " + table);
        }
    }
}
