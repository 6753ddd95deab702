package dev.ferryman.notify;

import dev.ferryman.runbook.Actor;
import java.util.List;

/** What pages and API ask of messages: what became of them, and what a person may do about it. */
public interface Messages {
    /**
     * Every message of a cutover that was written or is planned, the latest first.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     */
    List<MessageView> of(String cutoverId);

    /**
     * Every message of the cutover's template with its values of now.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     */
    List<MessagePreview> previews(String cutoverId);

    /** How many messages of the cutover call for a person. */
    int calling(String cutoverId);

    /** Whether this actor may have messages sent again. */
    boolean maySend(Actor actor);

    /**
     * Has a message sent that failed, that nobody knows the fate of, that was skipped or had no channel.
     *
     * @param reason why, in a few words; kept with the attempt
     * @throws NotPermittedException where the actor's roles do not permit it
     * @throws NoSuchMessageException where the cutover has no such message
     * @throws dev.ferryman.endpoint.BadInputException where it needs no sending, or there is no reason
     */
    void sendAgain(Actor actor, String cutoverId, long messageId, String reason);

    /**
     * The channels of the server's configuration by name.
     *
     * @throws NotPermittedException where the actor is no administrator
     */
    List<ChannelView> channels(Actor actor);

    /**
     * Sends a test message at once, past the outbox and quiet hours.
     *
     * @throws NotPermittedException where the actor is no administrator
     * @throws NoSuchMessageException where there is no such channel
     */
    TestOutcome test(Actor actor, String channel);
}
