package dev.ferryman.notify.internal;

import static dev.ferryman.testing.HttpReceiver.status;
import static dev.ferryman.notify.internal.ToldMove.ADA;
import static dev.ferryman.notify.internal.ToldMove.CHAT;
import static dev.ferryman.notify.internal.ToldMove.FAILING;
import static dev.ferryman.notify.internal.ToldMove.HOOK;
import static dev.ferryman.notify.internal.ToldMove.MAIL;
import static dev.ferryman.notify.internal.ToldMove.OTTO;
import static dev.ferryman.notify.internal.ToldMove.TESS;
import static dev.ferryman.notify.internal.ToldMove.VERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.notify.MessagePreview;
import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.MessageView;
import dev.ferryman.notify.Messages;
import dev.ferryman.notify.NoSuchMessageException;
import dev.ferryman.notify.NotPermittedException;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.NewCutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.StateStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessagesTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    @Import(ToldMove.class)
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        Messages messages;
        @Autowired
        MeterRegistry meters;
        @Autowired
        JdbcClient jdbc;

        @DynamicPropertySource
        static void channels(DynamicPropertyRegistry settings) {
            ToldMove.channels(settings);
        }

        @BeforeEach
        void forget() throws Exception {
            HOOK.reset();
            CHAT.reset();
            MAIL.purgeEmailFromAllMailboxes();
        }

        /** What another test has left to be sent must not get the answers of this one. */
        @AfterEach
        void settle() {
            await().atMost(LONG_ENOUGH)
                    .until(() -> jdbc.sql(
                            "SELECT COUNT(*) FROM message WHERE state IN ('WAITING', 'SENDING') AND detail NOT LIKE '%quiet hours%'")
                            .query((row, n) -> row.getInt(1)).single() == 0);
        }

        @Test
        void what_happens_is_told_to_every_channel_of_the_message() throws Exception {
            String id = created("Friday night", Map.of());
            begin(id);
            MessageView hook = until(id, "begun", "hook", MessageState.SENT);
            until(id, "begun", "mail", MessageState.SENT);
            until(id, "phases", "chat", MessageState.SENT);
            assertThat(hook.subject()).isEqualTo("Friday night has begun");
            assertThat(hook.tries()).singleElement()
                    .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo("The server answered 200."));
            JsonNode body = body("begun");
            assertThat(body.path("text").asString())
                    .isEqualTo("Phase Migrate, see https://ferryman.example/cutovers/" + id + ".");
            assertThat(body.at("/cutover/id").asString()).isEqualTo(id);
            assertThat(body("gate").path("subject").asString()).isEqualTo("Go waits");
            assertThat(MAIL.getReceivedMessages()).singleElement()
                    .satisfies(mail -> assertThat(mail.getSubject()).isEqualTo("Friday night has begun"));
            assertThat(CHAT.requests()).singleElement()
                    .satisfies(chat -> assertThat(chat.body()).contains("Migrate\\nactive"));
        }

        @Test
        void a_channel_that_the_server_does_not_have_is_shown_and_harms_nothing() {
            String id = created("Friday", Map.of("channel", "<b>no-such\r\n"));
            begin(id);
            MessageView nowhere = until(id, "begun", "nowhere", MessageState.NO_CHANNEL);
            assertThat(nowhere.detail()).isEqualTo("No such channel is configured.");
            until(id, "begun", "<b>no-such", MessageState.NO_CHANNEL);
            until(id, "begun", "mail", MessageState.SENT);
            assertThat(messages.calling(id)).isZero();
            assertThat(previews(id, "begun").to()).extracting(MessagePreview.Destination::configured)
                    .containsExactly(false, true, false);
        }

        @Test
        void an_empty_parameter_names_no_channel() {
            String id = created("Friday", Map.of());
            begin(id);
            until(id, "phases", "chat", MessageState.SENT);
            assertThat(messages.of(id)).filteredOn(view -> view.message().equals("phases"))
                    .extracting(MessageView::channel).containsExactly("chat");
        }

        @Test
        void what_is_refused_is_tried_again_with_the_same_key_until_it_is_taken() {
            HOOK.next(status(200), status(503), status(429));
            String id = created("Friday", Map.of());
            runbook.complete(by(OTTO, id), "ready", "");
            until(id, "gate", "hook", MessageState.SENT);
            runbook.sign(by(TESS, id), "go", "tech-lead", "");
            MessageView view = until(id, "begun", "hook", MessageState.SENT);
            assertThat(view.tries()).extracting(MessageView.Try::outcome).containsExactly("The server answered 503: no",
                    "The server answered 429: no", "The server answered 200.");
            assertThat(sent("begun")).hasSize(3).extracting(request -> request.headers().get("Idempotency-Key"))
                    .containsOnly(id + "/begun/" + sequence(id) + "/hook");
            assertThat(sent("begun")).extracting(HttpReceiver.Request::body)
                    .containsOnly(sent("begun").getFirst().body());
        }

        @Test
        void a_message_that_fails_for_good_is_shown_and_counted_and_harms_nothing() {
            CHAT.usually(new HttpReceiver.Reply(404, "no_service /services/T1/B1/geheim", Map.of(), null));
            double before = failed("chat");
            String id = created("Friday", Map.of());
            begin(id);
            MessageView view = until(id, "phases", "chat", MessageState.FAILED);
            assertThat(view.detail()).isEqualTo("The server answered 404: no_service ***");
            assertThat(view.tries()).hasSize(1);
            assertThat(messages.calling(id)).isEqualTo(1);
            await().atMost(LONG_ENOUGH).until(() -> failed("chat") == before + 1);
            assertThat(runbook.get(id).step("carry").orElseThrow().status()).isEqualTo(StepStatus.READY);

            CHAT.usually(status(200));
            messages.sendAgain(OTTO, id, view.id(), "the address is right now");
            MessageView again = until(id, "phases", "chat", MessageState.SENT);
            assertThat(again.tries()).extracting(MessageView.Try::asked).containsExactly(null,
                    "Otto (otto): the address is right now");
            assertThat(messages.calling(id)).isZero();
        }

        @Test
        void it_is_given_up_after_as_many_attempts_as_are_configured() {
            HOOK.usually(status(500));
            String id = created("Friday", Map.of());
            runbook.complete(by(OTTO, id), "ready", "");
            assertThat(until(id, "gate", "hook", MessageState.FAILED).tries()).hasSize(3);
            assertThat(meters.get("ferryman.messages.waiting").gauge().value()).isNotNegative();
        }

        @Test
        void a_fate_that_nobody_knows_is_repeated_only_where_the_receiver_can_tell() {
            CountDownLatch never = new CountDownLatch(1);
            HttpReceiver.Reply silence = new HttpReceiver.Reply(200, "", Map.of(), never);
            try {
                HOOK.next(silence);
                CHAT.next(silence);
                String id = created("Friday", Map.of());
                runbook.complete(by(OTTO, id), "ready", "");
                assertThat(until(id, "gate", "hook", MessageState.SENT).tries()).hasSize(2);
                runbook.sign(by(TESS, id), "go", "tech-lead", "");
                MessageView chat = until(id, "phases", "chat", MessageState.UNKNOWN);
                assertThat(chat.tries()).hasSize(1);
                assertThat(chat.detail()).contains("gave no answer within").contains("It may have arrived");
                assertThat(messages.calling(id)).isEqualTo(1);
            } finally {
                never.countDown();
            }
        }

        @Test
        void many_failures_in_a_moment_become_two_messages() {
            String id = created("Friday", Map.of());
            FAILING.put(id, "the disk is full");
            begin(id);
            runbook.run(by(OTTO, id), "carry");
            until(id, "stuck", "hook", MessageState.SENT);
            for (int more = 0; more < 4; more++) {
                int before = runbook.get(id).step("carry").orElseThrow().attempt();
                runbook.retry(by(OTTO, id), "carry");
                await().atMost(LONG_ENOUGH)
                        .until(() -> runbook.get(id).step("carry").orElseThrow().attempt() > before
                                && runbook.get(id).step("carry").orElseThrow().status() == StepStatus.FAILED);
            }
            await().atMost(LONG_ENOUGH).until(() -> stuck(id).stream().allMatch(
                    view -> view.state() == MessageState.SENT || view.state() == MessageState.COMBINED));
            assertThat(stuck(id)).hasSize(5).filteredOn(view -> view.state() == MessageState.COMBINED).hasSize(3);
            assertThat(sent("stuck")).hasSize(2);
            assertThat(body("stuck").path("subject").asString()).isEqualTo("Carry the rows failed (and 3 more)");
            assertThat(body("stuck").path("text").asString().split("the disk is full", -1)).hasSize(5);
        }

        private List<MessageView> stuck(String id) {
            return messages.of(id).stream().filter(view -> view.message().equals("stuck")).toList();
        }

        @Test
        void a_retry_by_itself_calls_nobody() {
            String id = created("Friday", Map.of());
            FAILING.put(id, "the disk is full");
            begin(id);
            runbook.run(by(OTTO, id), "carry");
            until(id, "stuck", "hook", MessageState.SENT);
            assertThat(runbook.get(id).step("carry").orElseThrow().attempts()).hasSize(2);
            assertThat(stuck(id)).hasSize(1);
        }

        @Test
        void quiet_hours_hold_what_can_wait_and_let_through_what_cannot() {
            String id = created("Friday", Map.of());
            runbook.complete(by(OTTO, id), "ready", "");
            runbook.requestBreakGlass(by(OTTO, id), "go", "nobody answers");
            assertThat(until(id, "glass", "night", MessageState.SENT).text()).isEqualTo("Otto: nobody answers");
            runbook.confirmBreakGlass(by(TESS, id), "go");
            runbook.run(by(OTTO, id), "carry");
            await().atMost(LONG_ENOUGH).until(() -> runbook.get(id).phase().key().equals("verify"));
            runbook.complete(by(OTTO, id), "compare", "");
            runbook.complete(by(OTTO, id), "switch", "");
            await().atMost(LONG_ENOUGH).until(() -> find(id, "switched", "night")
                    .filter(view -> view.detail().contains("quiet hours")).isPresent());
            assertThat(view(id, "switched", "night").state()).isEqualTo(MessageState.WAITING);
            runbook.rollback(by(OTTO, id), "errors");
            assertThat(until(id, "back", "night", MessageState.SENT).text()).isEqualTo("errors");
        }

        @Test
        void a_rehearsal_tells_only_the_channels_that_are_marked_for_it() {
            String id = runbook.create(OTTO, new NewCutover("Friday", "told-move", Map.of(), Map.of(), true, null))
                    .id();
            begin(id);
            runbook.rollback(by(OTTO, id), "seen enough");
            assertThat(until(id, "back", "rehearsal-room", MessageState.SENT).subject())
                    .isEqualTo("[rehearsal] Going back");
            assertThat(view(id, "back", "night").state()).isEqualTo(MessageState.REHEARSED);
            assertThat(HOOK.requests()).extracting(HttpReceiver.Request::path).containsOnly("/rehearsal-room");
            assertThat(CHAT.requests()).isEmpty();
        }

        @Test
        void a_hostile_name_is_harmless_on_every_channel() throws Exception {
            String id = created("Friday\r\nBcc: x@example.org <!channel> @here <b>", Map.of());
            begin(id);
            until(id, "begun", "mail", MessageState.SENT);
            assertThat(until(id, "begun", "hook", MessageState.SENT).subject()).doesNotContain("\n");
            assertThat(MAIL.getReceivedMessages()[0].getHeader("Bcc")).isNull();
            assertThat(MAIL.getReceivedMessages()).hasSize(1);
        }

        @Test
        void only_who_may_sends_again_and_only_what_needs_it() {
            CHAT.usually(status(403));
            String id = created("Friday", Map.of());
            begin(id);
            long failed = until(id, "phases", "chat", MessageState.FAILED).id();
            long sent = until(id, "begun", "hook", MessageState.SENT).id();
            assertThatThrownBy(() -> messages.sendAgain(VERA, id, failed, "why not"))
                    .isInstanceOf(NotPermittedException.class);
            assertThatThrownBy(() -> messages.sendAgain(OTTO, id, failed, " \r\n"))
                    .isInstanceOf(BadInputException.class);
            assertThatThrownBy(() -> messages.sendAgain(OTTO, id, sent, "once more"))
                    .isInstanceOf(BadInputException.class);
            String other = created("Other", Map.of());
            assertThatThrownBy(() -> messages.sendAgain(OTTO, other, failed, "not mine"))
                    .isInstanceOf(NoSuchMessageException.class);
            assertThat(view(id, "phases", "chat").state()).isEqualTo(MessageState.FAILED);
        }

        @Test
        void a_channel_can_be_tested_by_an_administrator() {
            CHAT.next(status(200), status(500));
            assertThat(messages.test(ADA, "chat").sent()).isTrue();
            assertThat(messages.test(ADA, "chat").what()).isEqualTo("The server answered 500: no");
            assertThatThrownBy(() -> messages.test(OTTO, "chat")).isInstanceOf(NotPermittedException.class);
            assertThatThrownBy(() -> messages.test(ADA, "nope")).isInstanceOf(NoSuchMessageException.class);
            assertThat(messages.channels(ADA)).extracting(view -> view.name()).containsExactly("chat", "hook", "mail",
                    "night", "rehearsal-room");
            assertThat(messages.channels(ADA).toString()).doesNotContain("geheim");
        }

        private String created(String name, Map<String, Object> parameters) {
            return runbook.create(OTTO, new NewCutover(name, "told-move", parameters, Map.of())).id();
        }

        private void begin(String id) {
            runbook.complete(by(OTTO, id), "ready", "");
            runbook.sign(by(TESS, id), "go", "tech-lead", "");
        }

        private Command by(Actor actor, String id) {
            return Command.on(runbook.get(id), actor);
        }

        private long sequence(String id) {
            return jdbc.sql("SELECT seq FROM event WHERE cutover_id = ? AND type = 'phase-entered'").param(id)
                    .query((row, n) -> row.getLong(1)).list().getFirst();
        }

        private double failed(String channel) {
            return meters.get("ferryman.messages").tags("channel", channel, "outcome", "failed").counter().count();
        }

        private MessageView view(String id, String message, String channel) {
            return find(id, message, channel).orElseThrow();
        }

        private Optional<MessageView> find(String id, String message, String channel) {
            return messages.of(id).stream()
                    .filter(view -> view.message().equals(message) && view.channel().equals(channel)).findFirst();
        }

        private MessagePreview previews(String id, String message) {
            return messages.previews(id).stream().filter(preview -> preview.message().equals(message)).findFirst()
                    .orElseThrow();
        }

        private MessageView until(String id, String message, String channel, MessageState state) {
            return await().atMost(LONG_ENOUGH).until(() -> find(id, message, channel),
                    found -> found.filter(view -> view.state() == state).isPresent()).orElseThrow();
        }

        private static List<HttpReceiver.Request> sent(String message) {
            return HOOK.requests().stream()
                    .filter(request -> request.body().contains("\"message\":\"" + message + "\""))
                    .toList();
        }

        private static JsonNode body(String message) {
            return JsonMapper.shared().readTree(sent(message).getLast().body());
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
