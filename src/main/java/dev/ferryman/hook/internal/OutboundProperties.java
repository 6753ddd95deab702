package dev.ferryman.hook.internal;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this server calls for cutovers.
 *
 * @param allowedHosts hosts that a template or a cutover may name, see {@link dev.ferryman.endpoint.AllowedHosts}; none by
 *        default
 */
@ConfigurationProperties("ferryman.http")
record OutboundProperties(@DefaultValue List<String> allowedHosts) {}
