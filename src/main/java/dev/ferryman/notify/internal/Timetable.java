package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.internal.MessageRow.Kind;
import dev.ferryman.notify.internal.Outbox.NewMessage;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Decision;
import dev.ferryman.runbook.DecisionListener;
import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.Moment;
import dev.ferryman.runbook.Window;
import dev.ferryman.store.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Plans the messages that have a time, inside the transaction that sets or moves the window, and writes them when their time
 * has come. What has not been sent follows the window; what has been sent is not sent again.
 */
final class Timetable implements DecisionListener {
    private final Outbox outbox;
    private final MessageSchedule schedule;
    private final Channels channels;
    private final Writing writing;
    private final MessageEntry entry;

    Timetable(Outbox outbox, MessageSchedule schedule, Channels channels, Writing writing, MessageEntry entry) {
        this.outbox = outbox;
        this.schedule = schedule;
        this.channels = channels;
        this.writing = writing;
        this.entry = entry;
    }

    @Override
    public void decided(Decision decision) {
        Cutover cutover = decision.cutover();
        boolean asBefore = decision.before().map(before -> before.window().equals(cutover.window())
                && before.status() == cutover.status()).orElse(false);
        if (asBefore) {
            return;
        }
        Instant now = cutover.updatedAt();
        for (MessageDefinition message : cutover.template().messages()) {
            switch (message.moment()) {
                case Moment.Timed timed -> planOnce(cutover, message, timed, now);
                case Moment.Every every -> {
                    outbox.forget(cutover.id(), message.key());
                    planNext(cutover, message, every, now);
                }
                case Moment.On _ -> {
                    // Nobody knows when it happens.
                }
            }
        }
    }

    private void planOnce(Cutover cutover, MessageDefinition message, Moment.Timed timed, Instant now) {
        Optional<String> pointless = pointless(cutover, timed);
        if (cutover.window().isEmpty() && pointless.isEmpty()) {
            outbox.forget(cutover.id(), message.key());
            return;
        }
        if (pointless.isPresent()) {
            outbox.unwritten(cutover.id(), message.key()).stream()
                    .filter(row -> row.state() == MessageState.PLANNED)
                    .forEach(row -> outbox.put(row.id(), MessageState.SKIPPED, row.due(), pointless.get()));
            return;
        }
        Instant due = cutover.window().orElseThrow().start().plus(timed.offset());
        Writing.channels(cutover, message).forEach(channel -> outbox
                .add(new NewMessage(cutover.id(), message.key(), message.when(), channel, Kind.TIMED, false), due));
        for (MessageRow row : outbox.unwritten(cutover.id(), message.key())) {
            if (now.isAfter(due.plus(timed.tolerance()))) {
                outbox.put(row.id(), MessageState.SKIPPED, due, "Its time had passed when the window was set.");
            } else {
                outbox.put(row.id(), MessageState.PLANNED, due, "");
                schedule.at(row.id(), due);
            }
        }
    }

    /** Why a timed message says nothing useful any more: on the way back all that was announced is off. */
    private static Optional<String> pointless(Cutover cutover, Moment.Timed timed) {
        return switch (cutover.status()) {
            case ACTIVE -> Optional.empty();
            case COMPLETED ->
                timed.offset().isNegative() ? Optional.of("The cutover was completed.") : Optional.empty();
            case ROLLING_BACK, ROLLED_BACK -> Optional.of("The way back was taken.");
            case ABORTED, FAILED -> Optional.of("The cutover was given up.");
        };
    }

    /** The first repetition after this instant, if the window still has one; the start itself has its own moment. */
    private void planNext(Cutover cutover, MessageDefinition message, Moment.Every every, Instant after) {
        Window window = cutover.window().orElse(null);
        if (window == null || cutover.status().terminal()) {
            return;
        }
        Duration since = Duration.between(window.start(), after);
        long number = since.isNegative() ? 1 : since.dividedBy(every.interval()) + 1;
        Instant due = window.start().plus(every.interval().multipliedBy(number));
        if (!window.openAt(due)) {
            return;
        }
        Writing.channels(cutover, message)
                .forEach(channel -> outbox.add(new NewMessage(cutover.id(), message.key(), Instants.text(due), channel,
                        Kind.REPEATED, false), due).ifPresent(id -> schedule.at(id, due)));
    }

    /** Writes a message whose time has come, or says why not. */
    void come(MessageRow row, Cutover cutover, Instant now) {
        MessageDefinition message = cutover.template().messages().stream()
                .filter(each -> each.key().equals(row.key())).findFirst().orElseThrow();
        Optional<String> tooLate = switch (message.moment()) {
            case Moment.Timed timed -> late(row, timed.tolerance(), now);
            case Moment.Every every -> {
                planNext(cutover, message, every, now);
                boolean open = cutover.window().map(window -> window.openAt(row.due())).orElse(false);
                yield open && !cutover.status().terminal()
                        ? late(row, every.interval(), now).or(() -> quiet(row, now))
                        : Optional.of("The window is no longer open.");
            }
            case Moment.On _ -> Optional.empty();
        };
        if (tooLate.isPresent()) {
            outbox.put(row.id(), MessageState.SKIPPED, row.due(), tooLate.get());
            return;
        }
        Writing.Written written = writing.of(cutover, message, null, now);
        outbox.write(row.id(), written.subject(), written.text(), now);
        entry.release(cutover, row.id(), row.channel(), now);
    }

    private static Optional<String> late(MessageRow row, Duration tolerance, Instant now) {
        return now.isAfter(row.due().plus(tolerance))
                ? Optional.of("Ferryman was not running when its time came, and it is too late now.")
                : Optional.empty();
    }

    /** Yesterday's status is no news in the morning. */
    private Optional<String> quiet(MessageRow row, Instant now) {
        return channels.find(row.channel()).flatMap(Channel::quiet).flatMap(quiet -> quiet.endAfter(now))
                .map(_ -> "The channel has its quiet hours.");
    }
}
