package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.backup.BackupSettings;
import dev.ferryman.backup.PostgresTools;
import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSourcesTest {
    @TempDir
    Path directory;

    @Test
    void files_below_the_roots_are_opened_and_nothing_else_not_even_to_tell_whether_it_is_there() throws Exception {
        Path root = Files.createDirectory(directory.resolve("conf"));
        Path inside = Files.writeString(root.resolve("app.env"), "A=1");
        Path outside = Files.writeString(directory.resolve("shadow"), "secret");
        Files.createSymbolicLink(root.resolve("out"), outside);
        Files.writeString(root.resolve("app.db"), "x");
        var sources = sources(root);

        assertThat(sources.open(List.of(inside.toString()), root.resolve("app.db"))).hasSize(1);
        for (String name : List.of(outside.toString(), directory + "/none", root + "/../shadow", root + "/out",
                "/etc/passwd",
                "app.env", root + "2/x")) {
            assertThatThrownBy(() -> sources.open(List.of(name), root.resolve("app.db"))).as(name)
                    .isInstanceOf(BadInputException.class).hasMessageContaining("outside the directories");
        }
        assertThatThrownBy(() -> sources.open(List.of(root + "/none"), root.resolve("app.db")))
                .hasMessageContaining("There is no file");
        assertThatThrownBy(() -> sources.open(List.of(root + "/app.db"), root.resolve("app.db")))
                .hasMessageContaining("is a database");
    }

    @Test
    void a_root_that_is_a_link_itself_holds_what_is_behind_it() throws Exception {
        Path behind = Files.createDirectory(directory.resolve("behind"));
        Files.writeString(behind.resolve("app.env"), "A=1");
        Path root = Files.createSymbolicLink(directory.resolve("conf"), behind);

        assertThat(sources(root).open(List.of(root + "/app.env"), directory.resolve("app.db"))).hasSize(1);
    }

    private static ArchiveSources sources(Path root) {
        return new ArchiveSources(new BackupSettings(List.of(), List.of(root),
                new PostgresTools(null, "", PostgresTools.DEBIAN), Duration.ofMinutes(1)));
    }
}
