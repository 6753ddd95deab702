package dev.ferryman.deployment;

import java.net.URI;
import java.util.Optional;

/** A real load balancer before blue and green, with the configuration of {@code traffic.md}. */
interface Edge extends AutoCloseable {
    /** Its name in the settings of the server. */
    String router();

    /** Where users come in. */
    URI entrance();

    /** {@code host:port} of its figures for Prometheus, where it has some. */
    Optional<String> metrics();

    /** Waits until it would send requests to green. */
    void awaitGreen();

    @Override
    void close();
}
