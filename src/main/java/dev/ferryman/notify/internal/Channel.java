package dev.ferryman.notify.internal;

import java.util.Optional;

/**
 * A channel of the server's configuration.
 *
 * @param quiet      when it is not disturbed but by what is urgent
 * @param rehearsals whether rehearsals are sent there
 */
record Channel(String name, Transport transport, Optional<QuietHours> quiet, boolean rehearsals) {}
