package dev.ferryman.traffic.internal;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow a switch to touch.
 *
 * @param environmentRoots directories below which environment files may be edited; none by default
 */
@ConfigurationProperties("ferryman.traffic")
public record TrafficProperties(@DefaultValue List<Path> environmentRoots) {}
