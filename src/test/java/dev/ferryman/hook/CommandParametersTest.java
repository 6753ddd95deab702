package dev.ferryman.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a parameter's value is: refused, or one argument to the letter. */
class CommandParametersTest {
    private static final List<Pattern> PATTERNS = List.of(Pattern.compile("[a-z0-9.-]+"), Pattern.compile(".*"),
            Pattern.compile("(?s).*"), Pattern.compile("a|-b"), Pattern.compile("^ok"), Pattern.compile(""));
    private static final String END = "<end>";

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> pieces = Arbitraries.of("-", "--", "-rf", "a", "ok", "{other}", "{value}", "$(id)", "`id`",
                ";",
                "&&", "|", "\n", "\r\n", "\0", "\u2028", "'", "\"", " ", "*", "../", "$1", "\\", "\u2010", "é", "");
        return Arbitraries.oneOf(pieces.list().ofMaxSize(6).map(list -> String.join("", list)), Arbitraries.strings());
    }

    @Provide
    Arbitrary<Pattern> patterns() {
        return Arbitraries.of(PATTERNS);
    }

    @Property(tries = 3_000)
    void a_value_is_refused_or_fills_its_place_to_the_letter(@ForAll("values") String value,
            @ForAll("patterns") Pattern pattern) {
        CommandDefinition command = command(pattern, "/usr/bin/printf", "{value}", "x={value};", END);
        List<String> vector;
        try {
            vector = command.vector(Map.of("value", value));
        } catch (BadInputException e) {
            assertThat(value.startsWith("-") || value.contains("\0") || !pattern.matcher(value).matches()).isTrue();
            return;
        }
        assertThat(vector).containsExactly("/usr/bin/printf", value, "x=" + value + ";", END);
        assertThat(value).matches(pattern).doesNotStartWith("-").doesNotContain("\0");
    }

    @Property(tries = 40)
    void what_is_not_refused_reaches_the_program_as_one_argument(@ForAll("values") String value) throws Exception {
        // Java writes arguments in the encoding of the machine, and output is kept by the line.
        if (value.startsWith("-") || !value.chars().allMatch(letter -> letter >= ' ' && letter < 128)) {
            return;
        }
        var commands = new NamedCommands(
                Map.of("show", command(Pattern.compile("(?s).*"), "/usr/bin/printf", "%s|", "{value}", END)), _ -> "");

        CommandOutcome outcome = commands.run("show", Map.of("value", value), HookJournal.none());

        assertThat(outcome.output()).isEqualTo(value + "|" + END + "|\n");
    }

    @Example
    void two_parameters_side_by_side_cannot_make_an_option_of_each_other() {
        var command = new CommandDefinition("it", List.of("/bin/echo", "{first}{second}"),
                Map.of("first", Pattern.compile(".*"), "second", Pattern.compile(".*")), Path.of("/"), Map.of(),
                Duration.ofSeconds(1), 10);
        assertThatThrownBy(() -> command.vector(Map.of("first", "", "second", "-rf"))).isInstanceOf(
                BadInputException.class);
        assertThat(command.vector(Map.of("first", "{second}", "second", "x"))).containsExactly("/bin/echo",
                "{second}x");
    }

    @Example
    void a_parameter_inside_a_script_is_refused_when_the_server_starts() {
        for (List<String> vector : List.of(List.of("/bin/sh", "-c", "echo {value}"),
                List.of("/usr/bin/env", "bash", "-lc", "x {value}"),
                List.of("/usr/bin/sudo", "/bin/bash", "-c", "{value}"),
                List.of("/usr/bin/python3.13", "-c", "print('{value}')"), List.of("/usr/bin/perl", "-e", "{value}"),
                List.of("/usr/bin/su", "postgres", "-c", "psql {value}"), List.of("/usr/bin/su", "--command={value}"),
                List.of("/bin/busybox", "sh", "-c", "{value}"), List.of("/usr/bin/node", "--eval", "{value}"))) {
            assertThatThrownBy(() -> command(Pattern.compile("[a-z]+"), vector.toArray(String[]::new)))
                    .as(vector.toString()).hasMessageContaining("a script with a parameter in it");
        }
        assertThat(command(Pattern.compile("[a-z]+"), "/bin/sh", "-c", "echo \"$1\"", "sh", "{value}")
                .vector(Map.of("value", "x"))).endsWith("sh", "x");
    }

    private static CommandDefinition command(Pattern pattern, String... vector) {
        return new CommandDefinition("it", List.of(vector), Map.of("value", pattern), Path.of("/"), Map.of(),
                Duration.ofSeconds(10), 10_000);
    }
}
