package dev.ferryman.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferryman.runbook.Moment.Happening;
import dev.ferryman.runbook.internal.EventJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateMessagesTest {
    private static final String MESSAGES = """
                                           messages:
                                             - key: soon
                                               when: T-3d
                                               to: [everybody, "${parameters.note}"]
                                               subject: "${cutover.name} is near"
                                               text: |
                                                 It begins ${window.start}.
                                                 See ${cutover.url}
                                             - {key: status, when: every 15m in window, to: [chat], subject: Status, text: "${headline}"}
                                             - {key: stuck, when: step-failed, to: [chat], subject: "${step} failed", text: "${reason}"}
                                           """;

    private final TemplateParser parser = new TemplateParser();

    @Test
    void messages_are_read_with_their_moments_and_channels() {
        List<MessageDefinition> messages = parse(MESSAGES).messages();
        assertThat(messages).extracting(MessageDefinition::key).containsExactly("soon", "status", "stuck");
        assertThat(messages).extracting(MessageDefinition::moment).containsExactly(
                new Moment.Timed(Duration.ofDays(-3)), new Moment.Every(Duration.ofMinutes(15)),
                new Moment.On(Happening.STEP_FAILED));
        assertThat(messages.getFirst().to()).containsExactly("everybody", "${parameters.note}");
        assertThat(messages.getFirst().text()).isEqualTo("It begins ${window.start}.\nSee ${cutover.url}");
    }

    @Test
    void every_moment_that_the_reader_is_told_of_can_be_read() {
        for (Happening happening : Happening.values()) {
            assertThat(Moment.parse(happening.key())).contains(new Moment.On(happening));
            assertThat(Moment.EXPECTED).contains(happening.key());
        }
        assertThat(Moment.parse("T+0")).contains(new Moment.Timed(Duration.ZERO));
        assertThat(Moment.parse("T+48h")).contains(new Moment.Timed(Duration.ofHours(48)));
        assertThat(Moment.parse("T-90m")).contains(new Moment.Timed(Duration.ofMinutes(-90)));
        assertThat(List.of("T", "T+", "T+3", "T 3d", "t-3d", "every 0m in window", "every 10s in window", "every 15m",
                "T+9999d", "started ")).allSatisfy(text -> assertThat(Moment.parse(text)).isEmpty());
    }

    @Test
    void how_late_a_timed_message_may_be_depends_on_its_distance() {
        assertThat(new Moment.Timed(Duration.ZERO).tolerance()).isEqualTo(Duration.ofMinutes(15));
        assertThat(new Moment.Timed(Duration.ofHours(48)).tolerance()).isEqualTo(Duration.ofMinutes(288));
        assertThat(new Moment.Timed(Duration.ofDays(-30)).tolerance()).isEqualTo(Duration.ofHours(12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "T-3d | T-3x | T-3x | ‘when’ of message ‘soon’ must be T-3d, T+0, T+4h or the like",
            "text: \"${reason}\" | text: \"${password}\" | ${password} | ${password} is not known in messages; expected ${parameters.…}",
            "subject: Status | subject: \"${parameters.nope}\" | ${parameters.nope} | ${parameters.nope} is not known in messages",
            "to: [everybody, \"${parameters.note}\"] | to: [everybody, \"${parameters.nope}\"] | ${parameters.nope} | a channel must be",
            "to: [chat], subject: Status | to: [Chat], subject: Status | Chat] | a channel must be lower-case letters",
            "to: [chat], subject: Status | to: [chat, chat], subject: Status | chat], subject: Status | is listed twice in message ‘status’",
            "to: [chat], subject: Status | subject: Status | {key: status | needs ‘to’: a list of the channels",
            "key: stuck | key: soon | soon, when: step-failed | message ‘soon’ is defined twice",
            "subject: Status | subject: \"two\\nlines\" | two | ‘subject’ of message ‘status’ must be one line",
            "key: stuck | color: red, key: stuck | color | ‘color’ is not known in message ‘stuck’; expected one of key, subject, text, to, when"})
    void a_mistake_is_told_with_its_place(String was, String becomes, String place, String what) {
        assertThat(MESSAGES).contains(was);
        String text = Drive.smallMoveText() + MESSAGES.replace(was, becomes);
        TemplateException refused = catchThrowableOfType(TemplateException.class,
                () -> parser.parse(text, "t.yaml"));
        assertThat(refused.errors()).singleElement().satisfies(error -> {
            assertThat(error.what()).contains(what);
            String line = text.lines().toList().get(error.line() - 1);
            assertThat(line.substring(error.column() - 1).replace("\"", "")).startsWith(place);
        });
    }

    @Test
    void a_cutover_keeps_the_messages_of_its_template_and_one_of_an_earlier_version_has_none() {
        EventJson json = new EventJson();
        CutoverEvent.Created created = new CutoverEvent.Created("Friday", parse(MESSAGES), Map.of(), Map.of(), false);
        String payload = json.payload(created);
        assertThat(json.read("created", payload)).isEqualTo(created);
        String earlier = payload.replaceAll(",\"messages\":\\[.*?}](?=[,}])", "");
        assertThat(earlier).doesNotContain("messages");
        assertThat(((CutoverEvent.Created) json.read("created", earlier)).template().messages()).isEmpty();
    }

    @Test
    void a_doubled_dollar_sign_stands_for_itself() {
        assertThat(MessageDefinition.fill("$${step} is ${step}", String::toUpperCase)).isEqualTo("${step} is STEP");
    }

    private Template parse(String messages) {
        return parser.parse(Drive.smallMoveText() + messages, "t.yaml");
    }
}
