package dev.ferryman.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ferryman.store.StoreCondition;
import dev.ferryman.store.StoreCondition.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class StorePulseTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final StoreCondition condition = new StoreCondition();
    private Path file;
    private SingleConnectionDataSource store;
    private JdbcClient jdbc;
    private StorePulse pulse;

    @BeforeEach
    void open() {
        file = directory.resolve("ferryman.db");
        store = new SingleConnectionDataSource("jdbc:sqlite:" + file, true);
        jdbc = JdbcClient.create(store);
        jdbc.sql("CREATE TABLE store_pulse (id int PRIMARY KEY, at text, room text)").update();
        jdbc.sql("INSERT INTO store_pulse (id) VALUES (1)").update();
        jdbc.sql("CREATE TABLE filling (content blob)").update();
        pulse = new StorePulse(store, condition, Clock.systemUTC(), NEVER, file);
        pulse.start();
    }

    @AfterEach
    void close() {
        pulse.stop();
        store.destroy();
    }

    @Test
    void a_store_that_was_full_is_well_again_only_when_there_is_room() {
        pulse.beat();
        assertThat(condition.trouble()).isEmpty();
        jdbc.sql("PRAGMA max_page_count = 50").query().listOfRows();
        Throwable full = catchThrowable(() -> {
            while (true) {
                jdbc.sql("INSERT INTO filling VALUES (zeroblob(4000))").update();
            }
        });

        assertThat(condition.seen(full)).hasValueSatisfying(trouble -> {
            assertThat(trouble.word()).isEqualTo("full");
            assertThat(trouble.what()).contains("The state store is full", "Both databases of every cutover");
        });
        pulse.beat();
        assertThat(condition.trouble()).as("an old page takes a small write still").isPresent();
        jdbc.sql("PRAGMA max_page_count = 1000").query().listOfRows();
        pulse.beat();
        assertThat(condition.trouble()).isEmpty();
    }

    @Test
    void a_file_that_was_removed_or_replaced_counts_as_gone_although_sqlite_goes_on_writing() throws Exception {
        Files.move(file, directory.resolve("aside"));
        pulse.beat();
        assertThat(condition.trouble().orElseThrow().kind()).isEqualTo(Kind.GONE);
        Files.copy(directory.resolve("aside"), file);
        pulse.beat();
        assertThat(condition.trouble()).as("another file under the same name").isPresent();
        Files.move(directory.resolve("aside"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        pulse.beat();
        assertThat(condition.trouble()).isEmpty();
    }

    @Test
    void what_the_databases_say_is_understood_and_other_failures_are_not_the_stores() {
        assertThat(kind(new SQLException("", "53100"))).isEqualTo(Kind.FULL);
        assertThat(kind(new SQLException("", "08006"))).isEqualTo(Kind.GONE);
        assertThat(condition.seen(new IllegalStateException(
                new CannotGetJdbcConnectionException("no", new SQLException("", "57P01"))))).isPresent();
        assertThat(new StoreCondition().seen(new IllegalStateException(new SQLException("", "57P01"))))
                .as("a cutover's database").isEmpty();
        assertThat(kind(new SQLException("", "XX001"))).isEqualTo(Kind.DAMAGED);
        condition.well();
        assertThat(condition.trouble()).as("damage stays until somebody has looked").isPresent();
        assertThat(new StoreCondition().failed(new SQLException("duplicate key", "23505"))).isEmpty();
        assertThat(new StoreCondition().seen(new IllegalStateException("something else"))).isEmpty();
        assertThat(new StoreCondition().seen(null)).isEmpty();
    }

    private Kind kind(SQLException failure) {
        return condition.failed(failure).orElseThrow().kind();
    }
}
