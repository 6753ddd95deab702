package dev.ferryman.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.store.internal.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** What a store that cannot be used is answered with. */
class StoreRefusalTest {
    @TempDir
    Path directory;

    @Configuration
    @ComponentScan("dev.ferryman.store")
    static class StoreOnly {}

    private void refuses(String url, String what, String next) {
        new ApplicationContextRunner().withUserConfiguration(StoreOnly.class)
                .withPropertyValues("ferryman.store.url=" + url).run(context -> {
                    assertThat(context).hasFailed();
                    var refusal = find(context.getStartupFailure());
                    assertThat(refusal.getMessage()).contains(what);
                    assertThat(refusal.next()).contains(next);
                });
    }

    private static StoreUnavailableException find(@Nullable Throwable thrown) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreUnavailableException refusal) {
                return refusal;
            }
        }
        throw new AssertionError("Not refused by the store", thrown);
    }

    @Test
    void a_second_ferryman_on_the_same_file_is_told_who_holds_it() throws Exception {
        var database = directory.resolve("ferryman.db");
        new ApplicationContextRunner().withUserConfiguration(StoreOnly.class)
                .withPropertyValues("ferryman.store.url=jdbc:sqlite:" + database).run(first -> {
                    assertThat(first).hasNotFailed();
                    assertThat(Files.readString(directory.resolve("ferryman.db.lock")))
                            .isEqualTo("process " + ProcessHandle.current().pid());
                    refuses("jdbc:sqlite:" + database, "is in use by this process", "ferryman.store.url");
                });
        try (var channel = FileChannel.open(directory.resolve("ferryman.db.lock"), StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            assertThat(lock).as("released at the end").isNotNull();
        }
    }

    @Test
    void a_missing_directory_is_created() {
        var database = directory.resolve("deep/er/ferryman.db");
        new ApplicationContextRunner().withUserConfiguration(StoreOnly.class)
                .withPropertyValues("ferryman.store.url=jdbc:sqlite:" + database)
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(database).exists();
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_left_alone() throws IOException {
        var file = Files.writeString(directory.resolve("notes.txt"),
                "no database, but long enough to be read as one ".repeat(20));
        var before = Files.readString(file);

        refuses("jdbc:sqlite:" + file, "cannot be opened", "is an SQLite database");
        assertThat(file).hasContent(before);
    }

    @Test
    void a_damaged_store_is_refused_with_the_way_to_the_last_backup() throws Exception {
        Path file = directory.resolve("ferryman.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, payload TEXT)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                    + " INSERT INTO event SELECT i, hex(randomblob(20)) FROM n");
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[3000]), 4096 * 5);
        }

        refuses("jdbc:sqlite:" + file, "is damaged", "restore-store");
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "in the way");

        refuses("jdbc:sqlite:" + file.resolve("ferryman.db"), "directory " + file, "right to write there");
    }

    @Test
    void other_databases_and_memory_stores_are_refused() {
        refuses("jdbc:h2:mem:x", "neither jdbc:sqlite:", "jdbc:postgresql://host/database");
        refuses("jdbc:sqlite::memory:", "must name a file", "jdbc:sqlite:data/ferryman.db");
    }

    @Test
    void a_postgresql_that_is_down_or_a_password_that_is_missing_is_named() {
        refuses("jdbc:postgresql://127.0.0.1:1/ferryman", "cannot be opened", "the server is up");
        new ApplicationContextRunner().withUserConfiguration(StoreOnly.class)
                .withPropertyValues("ferryman.store.url=jdbc:postgresql://127.0.0.1:1/ferryman",
                        "ferryman.store.password=env:FERRYMAN_NOT_SET")
                .run(context -> assertThat(find(context.getStartupFailure()))
                        .hasMessageContaining("FERRYMAN_NOT_SET is not set"));
    }
}
