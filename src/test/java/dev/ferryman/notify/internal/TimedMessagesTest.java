package dev.ferryman.notify.internal;

import static dev.ferryman.notify.internal.ToldMove.HOOK;
import static dev.ferryman.notify.internal.ToldMove.OTTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.MessageView;
import dev.ferryman.notify.Messages;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.NewCutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Window;
import dev.ferryman.testing.StateStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Windows lie so that a moment is a second away; nothing here depends on how long anything takes. */
class TimedMessagesTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);
    private static final Duration DAY = Duration.ofDays(1);

    @Import(ToldMove.class)
    abstract static class Contract {
        @Autowired
        Runbook runbook;
        @Autowired
        Messages messages;
        @Autowired
        Clock clock;

        @DynamicPropertySource
        static void channels(DynamicPropertyRegistry settings) {
            ToldMove.channels(settings);
        }

        @Test
        void a_message_is_sent_when_its_time_has_come_and_only_once_however_the_window_moves() {
            String id = created(null);
            assertThat(messages.of(id)).isEmpty();
            Window window = window(DAY.multipliedBy(3).plusSeconds(1), "Europe/Berlin");
            move(id, window);
            assertThat(view(id, "later", "hook").due()).isEqualTo(window.start().plus(Duration.ofHours(4)));
            assertThat(view(id, "later", "hook").state()).isEqualTo(MessageState.PLANNED);
            MessageView sent = until(id, "soon", "hook", MessageState.SENT);
            assertThat(sent.text()).startsWith("It opens ").contains(" CET (").contains(" UTC), closes ");

            Window another = window(DAY.multipliedBy(7), "UTC");
            move(id, another);
            assertThat(view(id, "later", "hook").due()).isEqualTo(another.start().plus(Duration.ofHours(4)));
            assertThat(view(id, "soon", "hook").tries()).hasSize(1);
            assertThat(view(id, "later", "nowhere").detail()).isEqualTo("No such channel is configured.");
            assertThat(HOOK.requests()).filteredOn(request -> request.body().contains(id)).hasSize(1);
        }

        @Test
        void what_is_too_late_is_skipped_and_planned_again_when_the_window_moves_away() {
            String id = created(window(DAY, "UTC"));
            MessageView late = view(id, "soon", "hook");
            assertThat(late.state()).isEqualTo(MessageState.SKIPPED);
            assertThat(late.detail()).isEqualTo("Its time had passed when the window was set.");
            Window another = window(DAY.multipliedBy(9), "UTC");
            move(id, another);
            assertThat(view(id, "soon", "hook").state()).isEqualTo(MessageState.PLANNED);
            assertThat(view(id, "soon", "hook").due()).isEqualTo(another.start().minus(DAY.multipliedBy(3)));
        }

        @Test
        void what_is_a_little_late_is_sent() {
            String id = created(window(DAY.multipliedBy(3).minusHours(5), "UTC"));
            until(id, "soon", "hook", MessageState.SENT);
        }

        @Test
        void what_was_skipped_can_be_sent_all_the_same() {
            String id = created(window(DAY, "UTC"));
            messages.sendAgain(OTTO, id, view(id, "soon", "hook").id(), "better late than never");
            assertThat(until(id, "soon", "hook", MessageState.SENT).subject()).isEqualTo("Friday is near");
        }

        @Test
        void without_a_window_nothing_is_planned() {
            String id = created(window(DAY.multipliedBy(9), "UTC"));
            assertThat(messages.of(id)).hasSize(5);
            move(id, null);
            assertThat(messages.of(id)).isEmpty();
        }

        @Test
        void on_the_way_back_what_was_announced_is_off() {
            String id = created(window(DAY.multipliedBy(9), "UTC"));
            runbook.complete(Command.on(runbook.get(id), OTTO), "ready", "");
            runbook.rollback(Command.on(runbook.get(id), OTTO), "errors");
            assertThat(view(id, "later", "hook").state()).isEqualTo(MessageState.SKIPPED);
            assertThat(view(id, "later", "hook").detail()).isEqualTo("The way back was taken.");
        }

        @Test
        void the_status_is_told_again_and_again_while_the_window_is_open_but_not_in_quiet_hours() {
            Window window = window(Duration.ofSeconds(-58), "UTC");
            String id = created(window);
            until(id, "status", "hook", MessageState.SENT);
            until(id, "status", "night", MessageState.SKIPPED);
            List<MessageView> all = messages.of(id).stream()
                    .filter(view -> view.message().equals("status") && view.channel().equals("hook")).toList();
            assertThat(all).hasSize(2).filteredOn(view -> view.state() == MessageState.PLANNED).singleElement()
                    .extracting(MessageView::due).isEqualTo(window.start().plus(Duration.ofMinutes(2)));
            runbook.abort(Command.on(runbook.get(id), OTTO), "not tonight");
            assertThat(messages.of(id)).extracting(MessageView::state).doesNotContain(MessageState.PLANNED);
        }

        @Test
        void deadlines_that_come_near_or_have_passed_are_told_with_what_is_due() {
            String id = created("due-move", window(Duration.ofMinutes(-1), "UTC"));
            MessageView late = until(id, "late", "hook", MessageState.SENT);
            assertThat(late.subject()).isEqualTo("Late: Everybody is ready");
            assertThat(late.text()).startsWith("‘Everybody is ready’ is overdue: it was due ");
            assertThat(until(id, "near", "hook", MessageState.SENT).subject()).isEqualTo("Soon: The room is booked");
        }

        @Test
        void a_rollback_that_was_held_is_told_even_in_quiet_hours_to_those_who_were_woken_by_it() {
            String id = created("due-move", null);
            ToldMove.FAILING.put(id, "it is full");
            runbook.complete(Command.on(runbook.get(id), OTTO), "ready", "");
            runbook.complete(Command.on(runbook.get(id), OTTO), "booked", "");
            runbook.run(Command.on(runbook.get(id), OTTO), "carry");
            await().atMost(LONG_ENOUGH).until(() -> runbook.get(id).pendingRollback().isPresent());
            runbook.holdRollback(Command.on(runbook.get(id), OTTO), "there is room");
            assertThat(until(id, "held", "night", MessageState.SENT).text()).isEqualTo("Otto: there is room");
        }

        private String created(@Nullable Window window) {
            return created("timed-move", window);
        }

        private String created(String template, @Nullable Window window) {
            return runbook.create(OTTO, new NewCutover("Friday", template, Map.of(), Map.of(), false, window)).id();
        }

        private Window window(Duration fromNow, String zone) {
            Instant start = clock.instant().plus(fromNow).truncatedTo(ChronoUnit.MILLIS);
            return new Window(start, start.plus(DAY), ZoneId.of(zone));
        }

        private void move(String id, @Nullable Window window) {
            runbook.setWindow(Command.on(runbook.get(id), OTTO), window, "agreed anew");
        }

        private Optional<MessageView> find(String id, String message, String channel) {
            return messages.of(id).stream()
                    .filter(view -> view.message().equals(message) && view.channel().equals(channel)).findFirst();
        }

        private MessageView view(String id, String message, String channel) {
            return find(id, message, channel).orElseThrow();
        }

        private MessageView until(String id, String message, String channel, MessageState state) {
            await().atMost(LONG_ENOUGH).until(() -> messages.of(id).stream().anyMatch(view -> view.state() == state
                    && view.message().equals(message) && view.channel().equals(channel)));
            return messages.of(id).stream().filter(view -> view.state() == state && view.message().equals(message)
                    && view.channel().equals(channel)).findFirst().orElseThrow();
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
