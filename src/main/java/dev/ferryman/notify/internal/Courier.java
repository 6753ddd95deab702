package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import dev.ferryman.runbook.Changes;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Runbook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hands messages over, one at a time each: notes the intent, hands over outside any transaction, notes the outcome. An
 * intent without an outcome is a message of unknown fate. It is repeated where the other side can tell a repetition, and
 * otherwise left to a person: nobody is to be woken twice by guesswork.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private static final String CUT_OFF = "Ferryman was stopped before the other side had answered.";

    private final Outbox outbox;
    private final Channels channels;
    private final Writing writing;
    private final Timetable timetable;
    private final Supplier<Runbook> runbook;
    private final TransactionTemplate transactions;
    private final NotifyMetrics metrics;
    private final Changes changes;
    private final NotifyProperties settings;
    private final Clock clock;

    Courier(Outbox outbox, Channels channels, Writing writing, Timetable timetable, Supplier<Runbook> runbook,
            TransactionTemplate transactions, NotifyMetrics metrics, Changes changes, NotifyProperties settings,
            Clock clock) {
        this.outbox = outbox;
        this.channels = channels;
        this.writing = writing;
        this.timetable = timetable;
        this.runbook = runbook;
        this.transactions = transactions;
        this.metrics = metrics;
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    private record Load(MessageRow row, Channel channel, long generation, Outgoing message) {}

    /** Looks at a message and does what its time has come for. */
    void look(long id) throws InterruptedException {
        MessageRow row = outbox.find(id).orElse(null);
        if (row != null && row.state() == MessageState.SENDING) {
            // Nobody else looks at it now: whoever was sending it is dead, or was taken for dead.
            end(row, row.generation(), new Delivery.Unknown(CUT_OFF));
        }
        if (row != null && row.state() == MessageState.PLANNED) {
            come(id);
        }
        Load load = transactions.execute(_ -> outbox.lock(id).filter(found -> found.state() == MessageState.WAITING)
                .filter(found -> !found.due().isAfter(clock.instant())).map(this::load).orElse(null));
        if (load != null) {
            end(load.row(), load.generation(), load.channel().transport().deliver(load.message()));
        }
    }

    private void come(long id) {
        MessageRow row = transactions.execute(_ -> {
            MessageRow due = outbox.lock(id).filter(found -> found.state() == MessageState.PLANNED)
                    .filter(found -> !found.due().isAfter(clock.instant())).orElse(null);
            if (due == null) {
                return null;
            }
            timetable.come(due, runbook.get().get(due.cutoverId()), clock.instant());
            return outbox.find(id).orElse(null);
        });
        if (row != null && row.state() == MessageState.SKIPPED) {
            metrics.ended(row.channel(), MessageState.SKIPPED);
        }
    }

    private void end(MessageRow row, long generation, Delivery delivery) {
        MessageState end = transactions.execute(_ -> conclude(row.id(), generation, delivery));
        if (end == null) {
            return;
        }
        metrics.ended(row.channel(), end);
        if (end.callsForAPerson()) {
            LOG.warn("Message ‘{}’ of cutover {} to channel {} is {}: {}", row.key(), row.cutoverId(), row.channel(),
                    end.key(), delivery.what());
        }
    }

    /** When the message is to be looked at next, as it is stored now; empty where there is nothing left to do. */
    Optional<Instant> next(long id) {
        return outbox.lock(id).filter(row -> switch (row.state()) {
            case PLANNED, WAITING, SENDING -> true;
            default -> false;
        }).map(MessageRow::due);
    }

    /** Takes it on, unless it has to wait. */
    private @Nullable Load load(MessageRow row) {
        Instant now = clock.instant();
        Channel channel = channels.find(row.channel()).orElse(null);
        if (channel == null) {
            outbox.put(row.id(), MessageState.NO_CHANNEL, now, "No such channel is configured.");
            return null;
        }
        Optional<Wait> wait = wait(row, channel, now);
        if (wait.isPresent()) {
            outbox.put(row.id(), MessageState.WAITING, wait.get().until(), wait.get().why());
            return null;
        }
        if (row.kind() == MessageRow.Kind.EVENT && row.attempts() == 0 && row.asked() == null) {
            combine(row, now);
        }
        MessageRow whole = outbox.find(row.id()).orElseThrow();
        return new Load(whole, channel, outbox.intend(whole, now), outgoing(whole));
    }

    private record Wait(Instant until, String why) {}

    private Optional<Wait> wait(MessageRow row, Channel channel, Instant now) {
        if (row.asked() != null || row.attempts() > 0) {
            return Optional.empty();
        }
        if (!row.urgent()) {
            Optional<Instant> morning = channel.quiet().flatMap(quiet -> quiet.endAfter(now));
            if (morning.isPresent()) {
                return Optional.of(new Wait(morning.get(), "Waits for the end of the channel's quiet hours."));
            }
        }
        if (row.kind() != MessageRow.Kind.EVENT) {
            return Optional.empty();
        }
        Optional<MessageRow> earlier = outbox.untried(row).stream().filter(other -> other.id() < row.id()).findFirst();
        if (earlier.isPresent()) {
            Instant its = earlier.get().due();
            return Optional.of(new Wait(its.isAfter(now) ? its : now.plus(SOON), "Follows the one before it."));
        }
        return outbox.lastSent(row).map(last -> last.plus(settings.combineWithin())).filter(now::isBefore)
                .map(until -> new Wait(until, "Waits a moment, to be combined with others of its kind."));
    }

    /** Lets those of its kind that wait behind it travel in it. */
    private void combine(MessageRow row, Instant now) {
        List<MessageRow> others = outbox.untried(row).stream().filter(other -> outbox.combine(other.id(), row.id()))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(Objects.requireNonNull(row.text()));
        others.forEach(other -> text.append("\n\n").append(other.subject()).append('\n').append(other.text()));
        String subject = row.subject() + " (and " + others.size() + " more)";
        outbox.write(row.id(), PlainText.line(subject), PlainText.block(text.toString()), now);
        others.forEach(other -> metrics.ended(other.channel(), MessageState.COMBINED));
    }

    private Outgoing outgoing(MessageRow row) {
        Cutover cutover = runbook.get().get(row.cutoverId());
        String id = String.join("/", row.cutoverId(), row.key(), row.moment(), row.channel());
        return new Outgoing(id, row.key(), row.moment(), Objects.requireNonNull(row.writtenAt()), row.urgent(),
                Objects.requireNonNull(row.subject()), Objects.requireNonNull(row.text()), new Outgoing.About(
                        cutover.id(), PlainText.value(cutover.name()), writing.url(cutover.id()), cutover.rehearsal()));
    }

    /** Notes what came of an attempt, and what is to become of the message; the end it has come to, if it has. */
    private @Nullable MessageState conclude(long id, long generation, Delivery delivery) {
        if (!outbox.conclude(id, generation, delivery.what())) {
            return null;
        }
        MessageRow row = outbox.find(id).orElseThrow();
        Instant now = clock.instant();
        switch (delivery) {
            case Delivery.Sent(String what) -> {
                outbox.sent(id, now, what);
                return MessageState.SENT;
            }
            case Delivery.Refused(String what, boolean again) -> {
                return again && row.attempts() < settings.attempts()
                        ? again(row, now, what)
                        : put(row, MessageState.FAILED, now, what);
            }
            case Delivery.Unknown(String what) -> {
                boolean repeatable = channels.find(row.channel()).map(channel -> channel.transport().repeatable())
                        .orElse(false);
                return repeatable && row.attempts() < settings.attempts()
                        ? again(row, now, what)
                        : put(row, MessageState.UNKNOWN, now,
                                what + " It may have arrived: ask before it is sent again.");
            }
        }
    }

    private @Nullable MessageState again(MessageRow row, Instant now, String what) {
        Duration pause = settings.retryDelay().multipliedBy(1L << Math.min(row.attempts() - 1, 20));
        put(row, MessageState.WAITING, now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause), what);
        return null;
    }

    private MessageState put(MessageRow row, MessageState state, Instant due, String what) {
        outbox.put(row.id(), state, due, what);
        if (state.callsForAPerson()) {
            changes.count(row.cutoverId());
        }
        return state;
    }
}
