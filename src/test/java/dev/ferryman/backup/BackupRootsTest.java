package dev.ferryman.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupRootsTest {
    @TempDir
    Path directory;

    @Test
    void a_directory_below_a_root_is_meant_whether_it_is_there_or_not() throws Exception {
        Path root = Files.createDirectory(directory.resolve("backups"));
        Path here = Files.createDirectory(root.resolve("here"));
        Files.createSymbolicLink(root.resolve("link"), here);
        var roots = new BackupRoots(List.of(root, directory.resolve("later")));

        assertThat(roots.resolve("here")).isEqualTo(here);
        assertThat(roots.resolve("link")).isEqualTo(root.resolve("link"));
        assertThat(roots.resolve("new/deep")).isEqualTo(root.resolve("new/deep"));
        assertThat(roots.resolve(directory + "/later/x")).isEqualTo(directory.resolve("later/x"));
        assertThat(roots.resolve(here + "/../new")).isEqualTo(root.resolve("new"));
    }

    @Test
    void neither_dots_nor_links_nor_names_that_only_begin_alike_lead_out() throws Exception {
        Path root = Files.createDirectory(directory.resolve("backups"));
        Path outside = Files.createDirectory(directory.resolve("backups2"));
        Files.createSymbolicLink(root.resolve("out"), outside);
        Files.createSymbolicLink(root.resolve("nowhere"), directory.resolve("not-yet"));
        var roots = new BackupRoots(List.of(root));

        for (String name : List.of("..", "../backups2", outside.toString(), "out", "out/deeper", "nowhere",
                "nowhere/deeper", "/", "/etc", "a/../../backups2", "x\0y")) {
            assertThatThrownBy(() -> roots.resolve(name)).as(name).isInstanceOf(BadInputException.class)
                    .hasMessageContaining("outside those that backups may use");
        }
    }
}
