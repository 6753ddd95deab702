package dev.ferryman.notify;

import java.util.List;

/**
 * A message of a cutover's template with this cutover's values of now.
 *
 * @param message key in the template
 * @param moment  the moment as the template writes it
 * @param urgent  whether it passes quiet hours
 * @param subject one line
 * @param text    the message
 * @param to      the channels it goes to
 */
public record MessagePreview(String message, String moment, boolean urgent, String subject, String text,
        List<Destination> to) {
    /** Copies the channels. */
    public MessagePreview {
        to = List.copyOf(to);
    }

    /**
     * A channel it goes to.
     *
     * @param channel    its name
     * @param configured whether the server has it
     * @param reached    whether a message would be sent; false for rehearsals on channels that are not for them
     */
    public record Destination(String channel, boolean configured, boolean reached) {}
}
