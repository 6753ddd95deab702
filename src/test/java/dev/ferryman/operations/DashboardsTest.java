package dev.ferryman.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Dashboards and rules ask for nothing that does not exist: Ferryman's metrics are those that its code makes, which the
 * document lists; other exporters' are listed there with their source. That a running Ferryman shows them under these names
 * is in {@code web.MetricsTest}.
 */
class DashboardsTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @Test
    void the_names_in_an_expression_are_found() {
        assertThat(
                MetricNames.in("sum by (job, le) (rate(a_bucket{x=\"b_total\", y=~\"c\"}[5m])) / on (d) e:f:g offset 1h"
                        + " > 0.1 or 0 * max_over_time(h[1m]) unless absent(i_1) and 1e3"))
                .containsExactly("a_bucket", "e:f:g",
                        "h", "i_1");
        assertThat(MetricNames.in("label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")")).containsExactly("a");
    }

    @Test
    void the_document_lists_the_metrics_that_the_code_makes_and_no_other() {
        assertThat(MetricNames.understood()).as("every name of a meter, whatever makes it")
                .isEqualTo(MetricNames.literals()).hasSizeGreaterThan(20);
        assertThat(MetricNames.documented()).isEqualTo(MetricNames.made());
    }

    @Test
    void rules_and_dashboards_ask_only_for_metrics_that_exist() {
        assertThat(MetricNames.asked()).filteredOn(name -> name.startsWith("ferryman_")).hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(MetricNames.isOf(name, MetricNames.documented())).as(name).isTrue());
        assertThat(MetricNames.asked()).as("what the document lists of others is asked for")
                .containsAll(MetricNames.others());
        assertThat(MetricNames.askedOfThePlatform()).isNotEmpty()
                .allSatisfy(name -> assertThat(name).matches("(hikaricp|jvm|process)_.*"));
    }

    @Test
    void prometheus_understands_every_expression_of_every_dashboard(@TempDir Path directory) throws Exception {
        assumeThat(Files.isExecutable(PROMTOOL)).as(PROMTOOL + " is installed").isTrue();
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
        List<String> expressions = DashboardFile.all().stream().flatMap(file -> file.expressionsWithValues().stream())
                .toList();
        assertThat(expressions).hasSizeGreaterThan(60);
        for (int i = 0; i < expressions.size(); i++) {
            rules.append("      - {record: 'e").append(i).append("', expr: '").append(expressions.get(i))
                    .append("'}\n");
        }
        Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
        Process promtool = new ProcessBuilder(PROMTOOL.toString(), "check", "rules", "--lint=none", file.toString())
                .redirectErrorStream(true).start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
    }

    @Test
    void there_are_four_and_each_works_with_any_prometheus() {
        assertThat(DashboardFile.all()).extracting(file -> file.json().path("title").asString())
                .containsExactlyInAnyOrder(
                        "Ferryman: cutover live", "Ferryman: pools and PostgreSQL",
                        "Ferryman: application before and after",
                        "Ferryman: fleet of cutovers");
        assertThat(DashboardFile.all()).extracting(file -> file.json().path("uid").asString()).doesNotHaveDuplicates();
        assertThat(DashboardFile.all()).allSatisfy(file -> {
            assertThat(file.json().at("/templating/list/0/type").asString()).isEqualTo("datasource");
            assertThat(file.json().findValues("datasource")).isNotEmpty().extracting(DashboardsTest::uid)
                    .containsOnly("${datasource}");
            assertThat(file.json().path("panels").valueStream().map(panel -> panel.path("id").asInt()).toList())
                    .doesNotHaveDuplicates();
        });
    }

    @Test
    void no_two_panels_of_a_dashboard_lie_on_each_other() {
        for (DashboardFile file : DashboardFile.all()) {
            List<JsonNode> places = file.json().path("panels").valueStream().map(panel -> panel.path("gridPos"))
                    .toList();
            assertThat(places).allSatisfy(place -> assertThat(at(place, "x") + at(place, "w")).isLessThanOrEqualTo(24));
            places.forEach(one -> assertThat(places.stream().filter(other -> other != one)
                    .flatMap(other -> overlap(one, other))).as(file.path() + " at " + one).isEmpty());
        }
    }

    private static String uid(JsonNode datasource) {
        return datasource.path("uid").asString();
    }

    private static int at(JsonNode place, String key) {
        return place.path(key).asInt();
    }

    private static Stream<JsonNode> overlap(JsonNode one, JsonNode other) {
        boolean apart = at(one, "x") + at(one, "w") <= at(other, "x") || at(other, "x") + at(other, "w") <= at(one, "x")
                || at(one, "y") + at(one, "h") <= at(other, "y") || at(other, "y") + at(other, "h") <= at(one, "y");
        return apart ? Stream.empty() : Stream.of(other);
    }
}
