package dev.ferryman.notify;

/**
 * A channel of the server's configuration, without anything secret.
 *
 * @param name       what templates call it
 * @param kind       {@code slack}, {@code email} or {@code webhook}
 * @param where      where it leads, as far as that may be shown
 * @param quiet      its quiet hours, {@code 22:00-07:00 Europe/Berlin}; empty where it has none
 * @param rehearsals whether rehearsals are sent there
 * @param repeatable whether the other side can tell a repetition, so that a message of unknown fate is sent again
 */
public record ChannelView(String name, String kind, String where, String quiet, boolean rehearsals,
        boolean repeatable) {}
