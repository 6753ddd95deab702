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
    void a_cutover_may_name_only_variables_that_were_set_for_applications() {
        var roots = new SecretRoots(List.of(), List.of("APP_*", "PGPASSWORD", "*_DSN"));
        var environment = Map.of("APP_DB", "one", "PGPASSWORD", "two", "SHOP_DSN", "three", "AWS_SECRET_ACCESS_KEY",
                "hunter2", "PGPASSWORD2", "hunter2", "FERRYMAN_SECRET_KEY", "hunter2");
        assertThat(List.of("env:APP_DB", "env:PGPASSWORD", "env:SHOP_DSN"))
                .extracting(name -> roots.open(name, environment::get).reveal()).containsExactly("one", "two", "three");
        for (var name : List.of("AWS_SECRET_ACCESS_KEY", "PGPASSWORD2", "NONE")) {
            assertThatThrownBy(() -> roots.open("env:" + name, environment::get)).isInstanceOf(BadInputException.class)
                    .hasMessageContaining(name).hasMessageContaining("none of those")
                    .hasMessageNotContaining("hunter2");
        }
        assertThatThrownBy(() -> new SecretRoots(List.of(), List.of("*")).open("env:FERRYMAN_SECRET_KEY",
                environment::get)).hasMessageContaining("own settings");
    }

    @Test
    void a_cutover_may_name_only_secret_files_below_the_roots() throws Exception {
        var root = Files.createDirectory(directory.resolve("secrets"));
        var inside = Files.writeString(root.resolve("password"), "s3cret");
        var outside = Files.writeString(directory.resolve("id_rsa"), "hunter2");
        Files.createSymbolicLink(root.resolve("mounted"), inside);
        Files.createSymbolicLink(root.resolve("out"), outside);
        var roots = new SecretRoots(List.of(root), List.of());
        assertThat(roots.open("file:" + inside).reveal()).isEqualTo("s3cret");
        assertThat(roots.open("file:" + root + "/mounted").reveal()).isEqualTo("s3cret");
        for (var path : List.of(outside.toString(), root + "/../id_rsa", root + "/out", directory + "/none",
                directory + "/secrets2/x")) {
            assertThatThrownBy(() -> roots.open("file:" + path)).isInstanceOf(BadInputException.class)
                    .hasMessageContaining("outside the directories");
        }
        assertThatThrownBy(() -> roots.open("file:" + root + "/none")).hasMessageContaining("is missing");
        assertThatThrownBy(() -> roots.open("hunter2")).hasMessageNotContaining("hunter2");
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
