package dev.ferryman.traffic.internal;

import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A route of the Kubernetes Gateway API. How the cluster is reached is found as every Kubernetes client finds it: the
 * service account of the pod, or a kubeconfig.
 *
 * @param namespace the namespace of the route
 * @param route name of the HTTPRoute
 * @param blue the service that works on SQLite
 * @param green the service that works on PostgreSQL
 * @param timeout limit for one request to the cluster, and for the gateway to take a change over
 */
public record GatewaySettings(String namespace, String route, @DefaultValue("blue") String blue,
        @DefaultValue("green") String green, @DefaultValue("10s") Duration timeout) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    public GatewaySettings {
        if (namespace == null || route == null
                || !Stream.of(namespace, route, blue, green).allMatch(name -> NAME.matcher(name).matches())
                || blue.equals(green)) {
            throw new IllegalArgumentException(
                    "a gateway needs namespace, route, blue and green (two services), as Kubernetes writes names");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
    }
}
