package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondPlaceTest {
    @TempDir
    Path directory;

    private SnapshotFile snapshot;

    @BeforeEach
    void a_snapshot() throws Exception {
        Path file = Files.writeString(directory.resolve("app.db-20260301.sqlite"), "pages");
        snapshot = new SnapshotFile(file, Snapshot.sha256(file), 5, Instant.EPOCH, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void a_snapshot_is_copied_read_back_and_replaces_the_one_of_an_earlier_attempt() throws Exception {
        Path share = directory.resolve("share");
        Files.writeString(Files.createDirectories(share.resolve("c1")).resolve("app.db-20260228.sqlite"), "old");
        Path copy = new SecondPlace(share).store(snapshot, "c1");
        assertThat(copy).hasContent("pages");
        try (var files = Files.list(share.resolve("c1"))) {
            assertThat(files).containsExactly(copy);
        }
    }

    @Test
    void a_copy_that_comes_back_otherwise_is_refused_and_does_not_stay() throws Exception {
        SnapshotFile other = new SnapshotFile(snapshot.path(), "0".repeat(64), 5, Instant.EPOCH, Duration.ZERO,
                Duration.ZERO);
        assertThatThrownBy(() -> new SecondPlace(directory.resolve("share")).store(other, "c1"))
                .isInstanceOf(BadInputException.class).hasMessageContaining("not what was written");
        assertThat(directory.resolve("share/c1")).isEmptyDirectory();
    }

    @Test
    void a_place_that_cannot_be_written_to_is_named() throws Exception {
        Path file = Files.writeString(directory.resolve("no-directory"), "");
        assertThatThrownBy(() -> new SecondPlace(file).store(snapshot, "c1")).isInstanceOf(BadInputException.class)
                .hasMessageContaining(file.toString());
    }
}
