package dev.ferryman.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alert rules as files: that Prometheus takes them, that each fires when it should, and that people can act on it. */
class RulesTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Path TESTS = Path.of("helm/ferryman/tests/rules.yaml");
    private static final Path DOCUMENT = Path.of("src/docs/operations.md");

    @Test
    void prometheus_takes_every_rule_file() throws Exception {
        List<String> command = new ArrayList<>(List.of("check", "rules"));
        RuleFile.all().forEach(file -> command.add(file.path().toString()));
        assertThat(promtool(command)).contains("SUCCESS").doesNotContain("FAILED");
    }

    @Test
    void every_alert_fires_when_it_should_and_not_before() throws Exception {
        assertThat(promtool(List.of("test", "rules", TESTS.toString()))).contains("SUCCESS").doesNotContain("FAILED");
        String tested = Files.readString(TESTS);
        assertThat(RuleFile.alerts()).extracting(RuleFile.Alert::name)
                .allSatisfy(name -> assertThat(tested).as("a case for " + name).contains("\"" + name + "\""));
    }

    @Test
    void every_alert_says_what_happened_what_is_safe_and_what_to_do() {
        assertThat(RuleFile.alerts()).hasSizeGreaterThan(20).allSatisfy(alert -> {
            assertThat(alert.labels()).as(alert.name()).extractingByKey("severity").isIn("critical", "warning");
            assertThat(alert.annotations()).as(alert.name()).containsKeys("summary", "description", "runbook");
            assertThat(alert.annotations().get("runbook")).as(alert.name()).containsSubsequence("What happened: ",
                    "What is safe: ", "What to do: ");
        });
    }

    @Test
    void the_document_lists_every_alert_and_no_other() throws Exception {
        List<String> documented = Stream.of(Files.readString(DOCUMENT).split("\n"))
                .filter(line -> line.matches("\\| `(Ferryman|Cutover|Application|Postgresql)[A-Za-z]+` \\|.*"))
                .map(line -> line.split("`")[1]).toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(
                RuleFile.alerts().stream().map(RuleFile.Alert::name).toList());
    }

    private static String promtool(List<String> arguments) throws IOException, InterruptedException {
        assumeThat(Files.isExecutable(PROMTOOL)).as(PROMTOOL + " is installed").isTrue();
        List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
