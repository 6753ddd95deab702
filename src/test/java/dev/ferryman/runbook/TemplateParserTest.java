package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferryman.runbook.StepDefinition.Evidence;
import dev.ferryman.runbook.StepDefinition.OnFailure;
import dev.ferryman.runbook.StepDefinition.Retry;
import dev.ferryman.runbook.StepDefinition.When;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateParserTest {
    private static final StepAction TWICE_IS_FINE = action("scripted", true);
    private static final StepAction ONCE_ONLY = action("scripted-once", false);

    private final TemplateParser parser = new TemplateParser(List.of(TWICE_IS_FINE, ONCE_ONLY));

    @Test
    void a_template_is_read_whole() {
        Template template = parser.parse(Drive.smallMoveText(), "small-move.yaml");
        assertThat(template.key()).isEqualTo("small-move");
        assertThat(template.phases()).extracting(PhaseDefinition::phase).containsExactly(Phase.values());
        StepDefinition carry = template.step("carry").orElseThrow();
        assertThat(carry.estimate()).isEqualTo(Duration.ofMinutes(10));
        assertThat(carry.retry()).isEqualTo(new Retry(3, Duration.ZERO));
        assertThat(carry.automatic()).isFalse();
        assertThat(template.step("counts").orElseThrow()).satisfies(step -> {
            assertThat(step.automatic()).isTrue();
            assertThat(step.onFailure()).isEqualTo(OnFailure.ACCEPT);
            assertThat(step.acceptBy()).isEqualTo("tech-lead");
        });
        assertThat(template.step("drop-target").orElseThrow()).satisfies(step -> {
            assertThat(step.when()).isEqualTo(When.BEFORE_SWITCH);
            assertThat(step.automatic()).as("in a rollback everything that can starts by itself").isTrue();
        });
        assertThat(template.step("window").orElseThrow().evidence()).isEqualTo(Evidence.REQUIRED);
        assertThat(template.step("switch").orElseThrow().pointOfNoReturn()).isTrue();
        assertThat(template.phase(Phase.CHECKLIST).gate())
                .isEqualTo(new GateDefinition("go", "Go", List.of("dba", "tech-lead"), true, null, null, null,
                        List.of(), ""));
        assertThat(template.parameters().getFirst().defaultValue()).isEqualTo(12L);
    }

    @Test
    void whatever_runs_has_a_deadline_and_a_wait_ends_by_itself() {
        Template template = parser.parse(Drive.smallMoveText(), "t.yaml");
        assertThat(template.step("carry").orElseThrow().timeout()).isEqualTo(Duration.ofHours(24));
        assertThat(template.step("compare").orElseThrow().timeout()).isEqualTo(Duration.ofHours(24));
        assertThat(template.step("freeze").orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(template.step("soak").orElseThrow().timeout()).isNull();
        assertThat(template.step("window").orElseThrow().timeout()).isNull();
    }

    @Test
    void arguments_keep_their_types() {
        Template template = parser.parse(smallMoveWith("uses: scripted\n        with: {tables",
                "uses: scripted\n        with: {n: 4, d: 0.5, yes: true, zip: '007', list: [1, a], map: {k: v}, tables"),
                "t.yaml");
        assertThat(template.step("carry").orElseThrow().with()).containsEntry("n", 4L)
                .containsEntry("d", new BigDecimal("0.5")).containsEntry("yes", true).containsEntry("zip", "007")
                .containsEntry("list", List.of(1L, "a")).containsEntry("map", Map.of("k", "v"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "version: \"\"1\"\"                   | versoin: 1 | 2 | versoin | ‘versoin’ is not known in the template",
            "engine: data-cutover           | engine: rocket | 5 | rocket | must be one of data-cutover, schema-change, found ‘rocket’",
            "roles: [operator, dba,         | roles: [operator, DBA, | 6 | DBA | lower-case letters, digits and dashes, found ‘DBA’",
            "type: number, default: 12      | type: number, default: twelve | 8 | twelve | must be a number",
            "type: url                      | type: uri | 9 | uri | must be one of text, number, boolean, url, secret-ref, found ‘uri’",
            "kind: manual, role: operator, evidence: required | kind: manual, role: boss | 14 | boss | role ‘boss’ is not listed",
            "key: backup, title             | key: window, title | 15 | window | this key is used already in line 14",
            "kind: check, role: dba, uses: scripted} | kind: check, role: dba, uses: rocket} | 16 | rocket | there is no action ‘rocket’; expected one of scripted, scripted-once",
            "kind: check, role: dba, uses: scripted} | kind: probe, role: dba, uses: scripted} | 16 | probe | must be one of manual, check, action, wait, found ‘probe’",
            "key: backup, title: Backup taken, kind: manual, | key: backup, title: Backup taken, kind: manual, stand-ins: [operator, boss], | 15 | boss | role ‘boss’ is not listed",
            "key: backup, title: Backup taken, kind: manual, | key: backup, title: Backup taken, kind: manual, stand-ins: [dba], | 15 | [dba] | role ‘dba’ does it already",
            "signoffs: [dba, tech-lead], requires | signoffs: [dba, dba], requires | 17 | dba], requires | each role signs once",
            "requires-plan: true}           | requires-rehearsal: soon} | 17 | soon | a duration such as 90s, 10m, 4h, 2d or PT10M, found ‘soon’",
            "requires-plan: true}           | requires-rehearsal: 0s} | 17 | 0s | ‘requires-rehearsal’ must be longer than nothing",
            "${parameters.tables}           | ${parameters.rows} | 25 | {tables: | ${parameters.rows} is not known",
            "estimate: 10m                  | estimate: soon | 26 | soon | a duration such as 90s, 10m, 4h, 2d or PT10M, found ‘soon’",
            "attempts: 3                    | attempts: many | 27 | many | whole number from 1 to 9999, found ‘many’",
            ", accept-by: tech-lead         | \"\" | 28 | {key: counts | step ‘counts’ needs ‘accept-by’",
            "uses: scripted-once, point     | uses: scripted-once, retry: {attempts: 2}, point | 36 | {attempts: 2} | is not idempotent and is never repeated by itself",
            ", point-of-no-return: true     | \"\" | 34 | steps: | exactly one step of phase ‘cutover’ must be marked",
            "uses: scripted, when: before-switch | uses: scripted, when: sometimes | 44 | sometimes | must be one of before-switch, after-switch, always",
            "key: soak, title               | key: Soak!, title | 40 | Soak! | lower-case letters, digits and dashes, at most 60, found ‘Soak!’"})
    void every_error_names_its_place_and_what_is_expected(String from, String to, int line, String at, String what) {
        String text = smallMoveWith(from.replace("\"\"", "\""), to.replace("\"\"", ""));
        List<TemplateError> errors = errors(text);
        assertThat(errors).anySatisfy(error -> {
            assertThat(error.what()).contains(what);
            assertThat(error.file()).isEqualTo("t.yaml");
            assertThat(error.line()).as(error.toString()).isEqualTo(line);
            assertThat(text.lines().toList().get(line - 1).substring(error.column() - 1)).startsWith(at);
        });
    }

    @Test
    void all_errors_are_told_at_once_in_the_order_of_the_file() {
        String broken = Drive.smallMoveText().replace("engine: data-cutover", "engine: rocket")
                .replace("estimate: 10m", "estimate: soon").replace("signoffs: [qa-lead]", "signoffs: []")
                .replace("when: after-switch", "when: never");
        List<TemplateError> errors = errors(broken);
        assertThat(errors).hasSize(4).isSortedAccordingTo(java.util.Comparator.comparingInt(TemplateError::line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "- a\n- b\n", "just text", "a: [1,", "&a [*a]", "template: x\ntemplate: y\n",
            "? {a: b}\n: c\n", "phases: {checklist: {steps: [1, ~, {key: }]}}", "\u0000"})
    void whatever_the_file_holds_the_answer_is_a_list_of_errors(String text) {
        assertThat(errors(text)).isNotEmpty().allSatisfy(error -> assertThat(error.line()).isPositive());
    }

    @Test
    void endless_nesting_is_refused() {
        assertThat(errors(smallMoveWith("with: {tables: \"${parameters.tables}\",", "with: &w {again: *w,")))
                .anySatisfy(error -> assertThat(error.what()).containsAnyOf("nested more than", "recursive"));
    }

    @ParameterizedTest
    @CsvSource({"90s,PT1M30S", "10m,PT10M", "4h,PT4H", "2d,PT48H", "PT5M,PT5M", "P1D,PT24H"})
    void durations_are_short_or_iso(String text, Duration expected) {
        assertThat(parser.parse(smallMoveWith("estimate: 10m", "estimate: " + text), "t.yaml").step("carry")
                .orElseThrow().estimate()).isEqualTo(expected);
    }

    private List<TemplateError> errors(String text) {
        return catchThrowableOfType(TemplateException.class, () -> parser.parse(text, "t.yaml")).errors();
    }

    private static String smallMoveWith(String from, String to) {
        String text = Drive.smallMoveText();
        assertThat(text).contains(from);
        return text.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to));
    }

    private static StepAction action(String type, boolean idempotent) {
        return new StepAction() {
            @Override
            public String type() {
                return type;
            }

            @Override
            public boolean idempotent() {
                return idempotent;
            }

            @Override
            public StepResult run(StepContext context) {
                return new StepResult.Passed("done");
            }
        };
    }
}
