package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.hook.CommandDefinition;
import dev.ferryman.hook.NamedCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandSwitchTest extends TrafficSwitchContract {
    @TempDir
    Path directory;

    @Override
    TrafficSwitch adapter() {
        return new CommandSwitch(commands(), "forward", "back", "where", Map.of());
    }

    @Override
    Side observed() throws IOException {
        return Files.exists(directory.resolve("switched")) ? Side.TARGET : Side.SOURCE;
    }

    @Override
    int changes() {
        try {
            return Files.exists(directory.resolve("log")) ? Files.readAllLines(directory.resolve("log")).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_command_that_fails_says_where_the_application_points() {
        assertThatThrownBy(() -> new CommandSwitch(commands(), "broken", "back", "where", Map.of()).apply("key",
                recording())).isInstanceOf(TrafficException.class)
                .hasMessage("The command broken failed with exit status 3. The application points at SQLite.");
    }

    @Test
    void a_command_that_answers_well_and_does_nothing_is_found_out() {
        assertThatThrownBy(() -> new CommandSwitch(commands(), "lying", "back", "where", Map.of()).apply("key",
                recording())).isInstanceOf(TrafficException.class).hasMessageContaining("still points at SQLite");
    }

    @Test
    void without_a_command_that_reads_back_the_position_is_not_guessed() throws Exception {
        var adapter = new CommandSwitch(commands(), "forward", "back", null, Map.of());
        adapter.apply("key", recording());
        assertThat(adapter.verify(Side.TARGET)).isInstanceOf(Position.Unknown.class);
    }

    private NamedCommands commands() {
        return new NamedCommands(
                Map.of("forward", shell("forward", "/usr/bin/touch switched; echo forward >> log"), "back",
                        shell("back", "/bin/rm -f switched; echo back >> log"), "where",
                        shell("where", "if [ -e switched ]; then echo target; else echo source; fi"), "broken",
                        shell("broken", "exit 3"), "lying", shell("lying", "exit 0")),
                secret -> "");
    }

    private CommandDefinition shell(String name, String script) {
        return new CommandDefinition(name, List.of("/bin/sh", "-c", script), Map.of(), directory, Map.of(),
                Duration.ofSeconds(20), 1000);
    }
}
