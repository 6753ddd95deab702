package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileSwitchTest extends TrafficSwitchContract {
    private static final String BEFORE = """
                                         # settings of the leave desk
                                         export APP_NAME="Leave Desk"

                                         DATABASE_URL=sqlite:////srv/app/leave.db   \s
                                         not an assignment
                                         SECRET_KEY='a b=c'
                                         LAST=no newline at the end""";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("app.env");
        Files.writeString(file, BEFORE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    @Override
    TrafficSwitch adapter() {
        return switches().environmentFile(file.toString(),
                Map.of("DATABASE_URL", "postgresql://app:{secret:env:PG}@db/leave", "DB_KIND", "postgresql"));
    }

    @Override
    Side observed() throws IOException {
        return Files.readString(file).contains("postgresql://app:s3cret-value@db/leave") ? Side.TARGET : Side.SOURCE;
    }

    @Override
    int changes() {
        try {
            return Files.readString(file).equals(BEFORE) && !Files.exists(previous())
                    ? 0
                    : Files.getLastModifiedTime(file).hashCode();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void only_its_keys_change_and_mode_order_comments_and_unknown_lines_stay() throws Exception {
        adapter().apply("key", recording());

        assertThat(Files.readString(file)).isEqualTo(BEFORE.replace("sqlite:////srv/app/leave.db    ",
                "postgresql://app:s3cret-value@db/leave") + "\nDB_KIND=postgresql\n");
        assertThat(Files.readString(previous())).isEqualTo(BEFORE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(previous()))).isEqualTo("rw-r-----");
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
        assertThat(journal.toString() + adapter().plan()).doesNotContain("s3cret");
    }

    @Test
    void going_back_restores_the_file_byte_for_byte() throws Exception {
        adapter().apply("key", recording());
        adapter().undo("key", recording());

        assertThat(Files.readString(file)).isEqualTo(BEFORE);
    }

    @Test
    void edits_made_by_others_since_the_switch_survive_going_back() throws Exception {
        adapter().apply("key", recording());
        Files.writeString(file, Files.readString(file) + "NEW_FLAG=1\n");
        adapter().undo("key", recording());

        assertThat(Files.readString(file)).isEqualTo(BEFORE + "\nNEW_FLAG=1\n");
    }

    @Test
    void a_previous_version_left_by_an_earlier_cutover_is_not_put_in_place_of_newer_values() throws Exception {
        Files.writeString(previous(), BEFORE.replace("leave.db", "old.db"));

        assertThatThrownBy(() -> adapter().undo("key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("left as it is");
        assertThat(Files.readString(file)).isEqualTo(BEFORE);
        assertThat(adapter().current()).isInstanceOf(Position.Unknown.class);
    }

    @Test
    void a_symbolic_link_stays_one() throws Exception {
        Path link = directory.resolve("current.env");
        Files.createSymbolicLink(link, file);
        var adapter = switches().environmentFile(link.toString(), Map.of("DATABASE_URL", "x"));

        adapter.apply("key", recording());

        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).contains("DATABASE_URL=x");
    }

    @Test
    void values_with_blanks_and_quotes_come_back_as_they_were_given() throws Exception {
        for (String value : List.of("a b", "it's", "say \"hi\" $HOME `id` \\", "#no comment", "")) {
            var adapter = switches().environmentFile(file.toString(), Map.of("DATABASE_URL", value));
            adapter.apply("key", recording());
            assertThat(((EnvironmentFileSwitch) adapter).current()).isEqualTo(new Position.At(Side.TARGET));
        }
    }

    @Test
    void files_outside_the_configured_directories_and_broken_settings_are_refused() throws Exception {
        Path outside = Files.createTempFile("outside", ".env");
        Path link = Files.createSymbolicLink(directory.resolve("link.env"), outside);
        for (String path : List.of(outside.toString(), link.toString(), directory + "/../x.env", "app.env")) {
            assertThatThrownBy(() -> switches().environmentFile(path, Map.of("A", "b")))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("outside the directories");
        }
        assertThatThrownBy(() -> switches().environmentFile(directory + "/none.env", Map.of("A", "b")))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> switches().environmentFile(file.toString(), Map.of("A B", "b")))
                .hasMessageContaining("no name of an environment variable");
        assertThatThrownBy(() -> switches().environmentFile(file.toString(), Map.of("A", "b\nC=d"))
                .apply("key", recording())).hasMessageContaining("line break");
        assertThat(Files.readString(file)).isEqualTo(BEFORE);
        Files.delete(outside);
    }

    private Path previous() {
        return directory.resolve("app.env.ferryman-previous");
    }

    private TrafficSwitches switches() {
        return new TrafficSwitches(List.of(directory), new NamedCommands(Map.of(), s -> ""),
                new HttpHooks(Map.of(), s -> "", AllowedHosts.of("127.0.0.1")), reference -> "s3cret-value", List.of());
    }
}
