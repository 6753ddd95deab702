package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.internal.Writing.Written;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Decision;
import dev.ferryman.runbook.DecisionListener;
import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.Moment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Puts into the outbox what a decision has to be told of, inside the decision's transaction. */
final class MessageEntry implements DecisionListener {
    private final Outbox outbox;
    private final MessageSchedule schedule;
    private final Channels channels;
    private final Writing writing;
    private final Runnable wake;

    /** @param wake called when there is something to send; what is not stored yet is found a moment later */
    MessageEntry(Outbox outbox, MessageSchedule schedule, Channels channels, Writing writing, Runnable wake) {
        this.outbox = outbox;
        this.schedule = schedule;
        this.channels = channels;
        this.writing = writing;
        this.wake = wake;
    }

    @Override
    public void decided(Decision decision) {
        List<MessageDefinition> messages = decision.cutover().template().messages();
        if (messages.isEmpty()) {
            return;
        }
        for (Occasion occasion : Occasion.of(decision)) {
            messages.stream()
                    .filter(message -> message.moment() instanceof Moment.On on && on.what() == occasion.what())
                    .forEach(message -> enter(decision.cutover(), message, occasion));
        }
    }

    private void enter(Cutover cutover, MessageDefinition message, Occasion occasion) {
        Instant now = occasion.event().at();
        Written written = writing.of(cutover, message, occasion, now);
        for (String channel : Writing.channels(cutover, message)) {
            outbox.add(
                    new Outbox.NewMessage(cutover.id(), message.key(), Long.toString(occasion.event().seq()), channel,
                            MessageRow.Kind.EVENT, occasion.what().urgent()),
                    now).ifPresent(id -> {
                        outbox.write(id, written.subject(), written.text(), now);
                        release(cutover, id, channel, now);
                    });
        }
    }

    /** Lets a written message go where its channel takes it. */
    void release(Cutover cutover, long id, String name, Instant now) {
        Optional<Channel> channel = channels.find(name);
        if (channel.isEmpty()) {
            outbox.put(id, MessageState.NO_CHANNEL, now, "No such channel is configured.");
        } else if (cutover.rehearsal() && !channel.get().rehearsals()) {
            outbox.put(id, MessageState.REHEARSED, now,
                    "Would have been sent: the channel is not marked for rehearsals.");
        } else {
            outbox.put(id, MessageState.WAITING, now, "");
            schedule.at(id, now);
            wake.run();
        }
    }
}
