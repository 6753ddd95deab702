package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsAndRootsTest {
    @TempDir
    Path directory;

    @Test
    void a_secret_shows_a_mask_and_compares_by_its_text() {
        assertThat(Secret.of("hunter2")).hasToString("***").isEqualTo(Secret.of("hunter2"))
                .isNotEqualTo(Secret.of("hunter3"));
    }

    @Test
    void a_reference_to_the_environment_is_resolved_when_it_is_used() {
        var reference = SecretReference.parse("env:DB_PASSWORD");
        assertThat(reference.resolve(Map.of("DB_PASSWORD", "s3cret")::get).reveal()).isEqualTo("s3cret");
        assertThatThrownBy(() -> reference.resolve(_ -> null)).isInstanceOf(BadInputException.class)
                .hasMessage("The environment variable DB_PASSWORD is not set.");
    }

    @Test
    void a_secret_file_loses_one_line_break_at_its_end() throws Exception {
        var file = Files.writeString(directory.resolve("pw"), " two\n\n");
        assertThat(SecretReference.parse("file:" + file).resolve().reveal()).isEqualTo(" two\n");
        assertThatThrownBy(() -> SecretReference.parse("file:" + directory.resolve("none")).resolve())
                .isInstanceOf(BadInputException.class).hasMessageContaining("is missing");
    }

    @Test
    void a_password_in_place_of_a_reference_is_not_repeated() {
        assertThatThrownBy(() -> SecretReference.parse("hunter2")).isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_source_below_a_root_is_resolved_and_everything_else_is_refused() throws Exception {
        var root = Files.createDirectory(directory.resolve("data"));
        var inside = Files.writeString(root.resolve("app.db"), "x");
        var outside = Files.writeString(directory.resolve("other.db"), "x");
        Files.createSymbolicLink(root.resolve("link.db"), outside);
        Files.createSymbolicLink(root.resolve("good.db"), inside);
        var roots = new SourceRoots(List.of(root));

        assertThat(roots.resolve("app.db")).isEqualTo(inside.toRealPath());
        assertThat(roots.resolve(inside.toString())).isEqualTo(inside.toRealPath());
        assertThat(roots.resolve(root + "/good.db")).isEqualTo(inside.toRealPath());
        for (var path : List.of(outside.toString(), "../other.db", "link.db", root + "/../other.db", "/etc/passwd")) {
            assertThatThrownBy(() -> roots.resolve(path)).isInstanceOf(BadInputException.class)
                    .hasMessageContaining("outside the directories");
        }
        assertThatThrownBy(() -> roots.resolve("none.db")).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> new SourceRoots(List.of()).resolve(inside.toString()))
                .hasMessageContaining("outside the directories");
    }
}
