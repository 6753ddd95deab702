package dev.ferryman.traffic.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow a switch to touch.
 *
 * @param environmentRoots directories below which environment files may be edited; none by default
 * @param routers what stands before both deployments of an application, by the name that templates use
 */
@ConfigurationProperties("ferryman.traffic")
public record TrafficProperties(@DefaultValue List<Path> environmentRoots,
        @DefaultValue Map<String, Kind> routers) {

    /**
     * What sort of router it is; its other settings depend on that, see {@link Routers}.
     *
     * @param kind such as {@code haproxy}
     */
    public record Kind(@Nullable String kind) {}
}
