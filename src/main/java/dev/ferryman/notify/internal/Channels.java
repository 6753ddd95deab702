package dev.ferryman.notify.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The channels of the server's configuration. */
final class Channels {
    private final Map<String, Channel> byName;

    Channels(List<Channel> channels) {
        byName = new TreeMap<>();
        channels.forEach(channel -> byName.put(channel.name(), channel));
    }

    Optional<Channel> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Sorted by name. */
    List<Channel> all() {
        return List.copyOf(byName.values());
    }
}
