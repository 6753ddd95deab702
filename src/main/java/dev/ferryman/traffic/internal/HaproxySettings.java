package dev.ferryman.traffic.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A HAProxy and how its configuration names what Ferryman moves. The socket needs {@code level admin}.
 *
 * @param socket its runtime API as a unix socket, null where it is at an address
 * @param address its runtime API as {@code host:port}, null where it is a socket
 * @param reads the backend that takes reads
 * @param writes the backend that takes writes
 * @param blue names of the servers on SQLite, the same in both backends
 * @param green names of the servers on PostgreSQL, the same in both backends
 * @param timeout limit for one question and its answer
 */
public record HaproxySettings(@Nullable Path socket, @Nullable String address, @DefaultValue("reads") String reads,
        @DefaultValue("writes") String writes, @DefaultValue("blue") List<String> blue,
        @DefaultValue("green") List<String> green, @DefaultValue("5s") Duration timeout) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,120}");
    private static final Pattern ADDRESS = Pattern.compile("\\[?[A-Za-z0-9_.:-]+]?:\\d{1,5}");

    public HaproxySettings {
        blue = List.copyOf(blue);
        green = List.copyOf(green);
        if ((socket == null) == (address == null)) {
            throw new IllegalArgumentException("a HAProxy needs either socket or address, its runtime API");
        }
        if (address != null && !ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("address must be host:port, not " + address);
        }
        if (blue.isEmpty() || green.isEmpty() || !timeout.isPositive() || reads.equals(writes)) {
            throw new IllegalArgumentException(
                    "a HAProxy needs servers in blue and in green, two backends and a positive timeout");
        }
        Stream.of(Stream.of(reads, writes), blue.stream(), green.stream()).flatMap(names -> names)
                .filter(name -> !NAME.matcher(name).matches()).findFirst().ifPresent(name -> {
                    throw new IllegalArgumentException("‘" + name + "’ is no name of a backend or server of HAProxy");
                });
    }
}
