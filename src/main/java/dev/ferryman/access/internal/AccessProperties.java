package dev.ferryman.access.internal;

import dev.ferryman.endpoint.SecretReference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who gets in without a password.
 *
 * @param metricsFrom addresses or networks (CIDR) that read {@code /actuator/prometheus} without a token. A request
 *        that has come through a proxy needs a token whatever its address.
 * @param initialPassword reference ({@code env:NAME} or {@code file:/path}) to the first administrator's password; where
 *        there is none, it is generated and printed once
 */
@ConfigurationProperties("ferryman.access")
record AccessProperties(@DefaultValue( {
        "127.0.0.1/8", "::1"}) List<String> metricsFrom,
        @Nullable String initialPassword){
    AccessProperties {
        metricsFrom = List.copyOf(metricsFrom);
        if (initialPassword != null) {
            SecretReference.parse(initialPassword);
        }
    }
}
