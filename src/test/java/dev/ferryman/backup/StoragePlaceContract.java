package dev.ferryman.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every storage place does. */
abstract class StoragePlaceContract {
    @TempDir
    Path directory;

    /** An empty place. */
    abstract StoragePlace place();

    private SealedFile file(String text) throws IOException {
        return SealedFile.of(Files.writeString(directory.resolve("file"), text));
    }

    @Test
    void what_was_stored_comes_back_with_its_checksum_and_can_be_stored_again() throws Exception {
        SealedFile first = file("first");
        place().store("c1/dump/file", first);
        place().store("c1/dump/file", first);
        assertThat(place().fetch("c1/dump/file", directory.resolve("back")).orElseThrow().sha256())
                .isEqualTo(first.sha256());
        SealedFile second = file("second");
        place().store("c1/dump/file", second);
        assertThat(place().fetch("c1/dump/file", directory.resolve("back")).orElseThrow().sha256())
                .isEqualTo(second.sha256());
    }

    @Test
    void what_is_not_there_is_not_fetched_and_can_be_removed() throws Exception {
        assertThat(place().fetch("c2/nothing", directory.resolve("back"))).isEmpty();
        place().remove("c2/nothing");
        place().store("c2/file", file("x"));
        place().remove("c2/file");
        assertThat(place().fetch("c2/file", directory.resolve("back"))).isEmpty();
    }

    @Test
    void a_copy_that_is_not_what_was_sent_is_refused_and_not_kept() throws Exception {
        SealedFile real = file("as it is");
        var wrong = new SealedFile(real.path(), real.bytes(), "0".repeat(64));
        assertThatThrownBy(() -> place().store("c3/file", wrong)).isInstanceOf(BadInputException.class);
        assertThat(place().fetch("c3/file", directory.resolve("back"))).isEmpty();
    }

    @Test
    void a_key_stays_inside_the_place() throws Exception {
        SealedFile file = file("x");
        assertThatThrownBy(() -> place().store("../file", file)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> place().store("/file", file)).isInstanceOf(BadInputException.class);
    }
}
