package dev.ferryman.notify.internal;

import dev.ferryman.access.Role;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.notify.ChannelView;
import dev.ferryman.notify.MessagePreview;
import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.MessageView;
import dev.ferryman.notify.Messages;
import dev.ferryman.notify.NoSuchMessageException;
import dev.ferryman.notify.NotPermittedException;
import dev.ferryman.notify.TestOutcome;
import dev.ferryman.notify.internal.Writing.Written;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.MessageDefinition;
import dev.ferryman.runbook.Moment;
import dev.ferryman.runbook.Runbook;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Answers pages and API, and decides who may do what with messages. */
final class MessageDesk implements Messages {
    private static final Logger LOG = LoggerFactory.getLogger(MessageDesk.class);
    private static final List<Role> SENDERS = List.of(Role.OPERATOR, Role.DBA, Role.DEVOPS_LEAD, Role.TECH_LEAD);
    private static final int LONGEST_REASON = 500;

    private final Outbox outbox;
    private final MessageEntry entry;
    private final Channels channels;
    private final Writing writing;
    private final Supplier<Runbook> runbook;
    private final TransactionTemplate transactions;
    private final MessageSchedule schedule;
    private final Clock clock;

    MessageDesk(Outbox outbox, MessageEntry entry, Channels channels, Writing writing, Supplier<Runbook> runbook,
            TransactionTemplate transactions, MessageSchedule schedule, Clock clock) {
        this.outbox = outbox;
        this.entry = entry;
        this.channels = channels;
        this.writing = writing;
        this.runbook = runbook;
        this.transactions = transactions;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public List<MessageView> of(String cutoverId) {
        Cutover cutover = runbook.get().get(cutoverId);
        return outbox.of(cutoverId).stream().map(row -> view(cutover, row)).toList();
    }

    private MessageView view(Cutover cutover, MessageRow row) {
        Optional<MessageDefinition> definition = definition(cutover, row.key());
        Written planned = row.subject() == null
                ? definition.map(message -> writing.of(cutover, message, null, row.due()))
                        .orElse(new Written("", ""))
                : new Written(row.subject(), Objects.requireNonNullElse(row.text(), ""));
        String detail = row.state() == MessageState.COMBINED
                ? "Part of message " + row.carriedBy() + "."
                : row.state() == MessageState.PLANNED && channels.find(row.channel()).isEmpty()
                        ? "No such channel is configured."
                        : row.detail();
        return new MessageView(row.id(), row.key(), definition.map(MessageDefinition::when).orElse(""), row.channel(),
                row.state(), row.urgent(), planned.subject(), planned.text(), row.due(), row.sentAt(), detail,
                outbox.tries(row.id()));
    }

    private static Optional<MessageDefinition> definition(Cutover cutover, String key) {
        return cutover.template().messages().stream().filter(message -> message.key().equals(key)).findFirst();
    }

    @Override
    public List<MessagePreview> previews(String cutoverId) {
        Cutover cutover = runbook.get().get(cutoverId);
        Instant now = clock.instant();
        return cutover.template().messages().stream().map(message -> {
            Written written = writing.of(cutover, message, null, now);
            boolean urgent = message.moment() instanceof Moment.On on && on.what().urgent();
            return new MessagePreview(message.key(), message.when(), urgent, written.subject(), written.text(), Writing
                    .channels(cutover, message).stream().map(name -> destination(cutover, name)).toList());
        }).toList();
    }

    private MessagePreview.Destination destination(Cutover cutover, String name) {
        Optional<Channel> channel = channels.find(name);
        return new MessagePreview.Destination(name, channel.isPresent(),
                channel.map(its -> its.rehearsals() || !cutover.rehearsal()).orElse(false));
    }

    @Override
    public int calling(String cutoverId) {
        return outbox.calling(cutoverId);
    }

    @Override
    public boolean maySend(Actor actor) {
        return SENDERS.stream().map(Role::id).anyMatch(actor::holds);
    }

    @Override
    public void sendAgain(Actor actor, String cutoverId, long messageId, String reason) {
        if (!maySend(actor)) {
            throw new NotPermittedException("Your roles do not permit sending messages.",
                    "Ask somebody with one of these roles: "
                            + String.join(", ", SENDERS.stream().map(Role::label).toList()) + ".");
        }
        String why = PlainText.value(reason).strip();
        if (why.isEmpty() || why.length() > LONGEST_REASON) {
            throw new BadInputException("A message is sent again for a reason of 1 to 500 characters.",
                    "Say in a few words why it is sent.");
        }
        Cutover cutover = runbook.get().get(cutoverId);
        transactions.executeWithoutResult(_ -> {
            MessageRow row = outbox.lock(messageId).filter(found -> found.cutoverId().equals(cutoverId))
                    .orElseThrow(() -> new NoSuchMessageException(
                            "The cutover has no message " + messageId + ".", "Use one of those on its page."));
            if (!row.state().sendable()) {
                throw new BadInputException("Message " + messageId + " is " + row.state().key() + " by now.",
                        "Look at the page anew: it needs no sending.");
            }
            Instant now = clock.instant();
            if (row.subject() == null) {
                MessageDefinition definition = definition(cutover, row.key()).orElseThrow();
                Written written = writing.of(cutover, definition, null, now);
                outbox.write(row.id(), written.subject(), written.text(), now);
            }
            outbox.ask(row.id(), actor.displayName() + " (" + actor.username() + "): " + why, now);
            entry.release(cutover, row.id(), row.channel(), now);
        });
    }

    @Override
    public List<ChannelView> channels(Actor actor) {
        requireAdministrator(actor);
        return channels.all().stream()
                .map(channel -> new ChannelView(channel.name(), channel.transport().kind(), channel.transport().where(),
                        channel.quiet().map(QuietHours::toString).orElse(""), channel.rehearsals(),
                        channel.transport().repeatable()))
                .toList();
    }

    @Override
    public TestOutcome test(Actor actor, String name) {
        requireAdministrator(actor);
        Channel channel = channels.find(name).orElseThrow(() -> new NoSuchMessageException(
                "There is no channel " + PlainText.channel(name) + ".", "Use one of those at /channels."));
        Instant now = clock.instant();
        Outgoing message = new Outgoing("test/" + UUID.randomUUID(), "test", "test", now, false,
                "Test message from Ferryman", PlainText.block(
                        actor.displayName() + " sent this to see whether channel " + name + " works. Nothing to do."),
                null);
        try {
            Delivery delivery = channel.transport().deliver(message);
            LOG.info("{} tested channel {}: {}", actor.username(), name, delivery.what());
            return new TestOutcome(delivery instanceof Delivery.Sent, delivery.what());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new TestOutcome(false, "The test was interrupted.");
        }
    }

    private static void requireAdministrator(Actor actor) {
        if (!actor.holds(Role.ADMINISTRATOR.id())) {
            throw new NotPermittedException("Your roles do not permit looking at channels.",
                    "Ask an administrator.");
        }
    }
}
