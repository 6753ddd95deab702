package dev.ferryman.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedCommandsTest {
    @TempDir
    Path directory;

    private final List<String> journal = new ArrayList<>();

    @Test
    void a_command_runs_in_its_directory_with_nothing_but_its_own_environment() throws Exception {
        var commands = shell("pwd; env | cut -d= -f1 | grep -v -e PWD -e SHLVL -e '^_$'", Map.of("ONLY", "this"));

        var outcome = commands.run("it", Map.of(), recording());

        assertThat(outcome.succeeded()).isTrue();
        assertThat(outcome.output()).isEqualTo(directory.toRealPath() + "\nONLY\n");
        assertThat(journal).containsExactly("intent: Run the command it",
                "outcome: The command it ended with exit status 0");
    }

    @Test
    void a_parameter_is_one_argument_whatever_is_in_it() throws Exception {
        var commands = new NamedCommands(Map.of("say", new CommandDefinition("say",
                List.of("/usr/bin/printf", "<%s>", "to={who}"), Map.of("who", Pattern.compile(".+")), directory,
                Map.of(), Duration.ofSeconds(10), 1000)), secret -> "");

        var outcome = commands.run("say", Map.of("who", "$(id); `id` && a b"), HookJournal.none());

        assertThat(outcome.output()).isEqualTo("<to=$(id); `id` && a b>\n");
    }

    @Test
    void a_value_that_breaks_its_pattern_or_begins_with_a_dash_is_refused_before_anything_runs() {
        var commands = new NamedCommands(Map.of("restart", new CommandDefinition("restart",
                List.of("/usr/bin/touch", "{unit}"), Map.of("unit", Pattern.compile("[a-z-]+")), directory, Map.of(),
                Duration.ofSeconds(10), 1000)), secret -> "");

        for (String value : List.of("a/b", "-rf", "--help", "a\nb", "")) {
            assertThatThrownBy(() -> commands.run("restart", Map.of("unit", value), recording()))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("parameter unit");
        }
        assertThatThrownBy(() -> commands.check("restart", Map.of())).hasMessageContaining("needs the parameter unit");
        assertThatThrownBy(() -> commands.check("restart", Map.of("unit", "a", "extra", "b")))
                .hasMessageContaining("no parameter extra");
        assertThatThrownBy(() -> commands.check("rm", Map.of())).hasMessageContaining("no command named rm");
        assertThat(journal).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void the_time_limit_ends_children_and_grandchildren_too() throws Exception {
        Path pids = directory.resolve("pids");
        var commands = new NamedCommands(Map.of("it",
                new CommandDefinition("it",
                        List.of("/bin/sh", "-c",
                                "(sh -c 'echo $$ >> pids; sleep 600' & echo $! >> pids; sleep 600) & "
                                        + "while [ $(cat pids 2>/dev/null | wc -l) -lt 2 ]; do sleep 0.05; done; sleep 600"),
                        Map.of(), directory, Map.of("PATH", "/usr/bin:/bin"), Duration.ofSeconds(2), 1000)),
                secret -> "");

        var outcome = commands.run("it", Map.of(), recording());

        assertThat(outcome.timedOut()).isTrue();
        assertThat(outcome.succeeded()).isFalse();
        // Whoever adopted the orphans may take a moment to bury them.
        assertThat(Files.readAllLines(pids)).hasSize(2).allSatisfy(pid -> ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(Duration.ofSeconds(20))));
        assertThat(journal.getLast()).contains("time limit of 2 s");
    }

    @Test
    void output_is_cut_to_its_limit_and_says_how_much_is_missing() throws Exception {
        var commands = new NamedCommands(Map.of("it", new CommandDefinition("it",
                List.of("/bin/sh", "-c", "i=0; while [ $i -lt 1000 ]; do echo 123456789; i=$((i+1)); done"), Map.of(),
                directory, Map.of(), Duration.ofSeconds(10), 100)), secret -> "");

        var outcome = commands.run("it", Map.of(), HookJournal.none());

        assertThat(outcome.succeeded()).isTrue();
        assertThat(outcome.output()).isEqualTo("123456789\n".repeat(10) + "… 9900 more characters were not kept\n");
    }

    @Test
    void secrets_from_the_environment_reach_the_command_but_not_its_output_or_journal() throws Exception {
        var commands = new NamedCommands(Map.of("it", new CommandDefinition("it",
                List.of("/bin/sh", "-c",
                        "test \"$TOKEN\" = s3cret-value && echo \"token $TOKEN\"; echo postgres://u:other-pw@h/d; "
                                + "printf %s $TOKEN | /usr/bin/base64"),
                Map.of(), directory, Map.of("TOKEN", "env:THE_TOKEN"), Duration.ofSeconds(10), 1000)),
                reference -> reference.equals("env:THE_TOKEN") ? "s3cret-value" : "wrong");

        var outcome = commands.run("it", Map.of(), recording());

        assertThat(outcome.output()).isEqualTo("token ***\npostgres://u:***@h/d\n***\n");
        assertThat(journal.toString()).doesNotContain("s3cret");
    }

    @Test
    void a_failing_command_keeps_its_status_and_a_missing_program_is_explained() throws Exception {
        assertThat(shell("echo no >&2; exit 7", Map.of()).run("it", Map.of(), recording()))
                .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(7))
                .satisfies(outcome -> assertThat(outcome.output()).isEqualTo("no\n"));

        var missing = new NamedCommands(Map.of("it", new CommandDefinition("it", List.of("/no/such/program"), Map.of(),
                directory, Map.of(), Duration.ofSeconds(1), 10)), secret -> "");
        assertThatThrownBy(() -> missing.run("it", Map.of(), recording())).isInstanceOf(BadInputException.class)
                .hasMessageContaining("/no/such/program is missing");
    }

    @Test
    void a_definition_that_could_start_anything_is_refused() {
        assertThatThrownBy(() -> new CommandDefinition("it", List.of("sh"), Map.of(), directory, Map.of(),
                Duration.ofSeconds(1), 10)).hasMessageContaining("absolute path");
        assertThatThrownBy(() -> new CommandDefinition("it", List.of("/bin/{program}"),
                Map.of("program", Pattern.compile(".*")), directory, Map.of(), Duration.ofSeconds(1), 10))
                .hasMessageContaining("cannot be a parameter");
        assertThatThrownBy(() -> new CommandDefinition("it", List.of("/bin/ls", "{unknown}"), Map.of(), directory,
                Map.of(), Duration.ofSeconds(1), 10)).hasMessageContaining("no pattern");
    }

    private NamedCommands shell(String script, Map<String, String> environment) {
        return new NamedCommands(Map.of("it", new CommandDefinition("it", List.of("/bin/sh", "-c", script), Map.of(),
                directory, environment, Duration.ofSeconds(10), 10_000)), secret -> "");
    }

    private HookJournal recording() {
        return new HookJournal() {
            @Override
            public void intent(String what) {
                journal.add("intent: " + what);
            }

            @Override
            public void outcome(String what) {
                journal.add("outcome: " + what);
            }
        };
    }
}
