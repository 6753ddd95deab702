package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a router says of itself.
 *
 * @param writes the side that takes writes, null where it is not exactly one
 * @param readsOnTarget percentage of reads that go to PostgreSQL, null where it cannot be told
 * @param troubles what keeps this from being what users see, each as part of a sentence
 */
public record Routing(@Nullable Side writes, @Nullable Integer readsOnTarget, List<String> troubles) {
    public Routing {
        troubles = List.copyOf(troubles);
    }

    /** The same as the position of an application. */
    public Position position() {
        return writes == null || readsOnTarget == null || !troubles.isEmpty()
                ? new Position.Unknown(String.join("; ", troubles))
                : Position.of(writes, readsOnTarget);
    }
}
