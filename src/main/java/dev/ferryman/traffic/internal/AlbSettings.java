package dev.ferryman.traffic.internal;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An application load balancer of AWS. Credentials come from the default chain: environment, profile, container or instance
 * role.
 *
 * @param region the region, null for that of the default chain
 * @param reads ARN of the listener rule whose condition is {@code http-request-method} with reads only
 * @param writes ARN of the listener rule that takes everything else, or of the listener whose default action does
 * @param blue ARN of the target group that works on SQLite
 * @param green ARN of the target group that works on PostgreSQL
 * @param endpoint another address of the API, such as a VPC endpoint; null for that of the region
 * @param timeout limit for one request to the API, retries included
 */
public record AlbSettings(@Nullable String region, String reads, String writes, String blue, String green,
        @Nullable URI endpoint, @DefaultValue("10s") Duration timeout) {
    public AlbSettings {
        arn("reads", reads, ":listener-rule/");
        arn("writes", writes, ":listener");
        arn("blue", blue, ":targetgroup/");
        arn("green", green, ":targetgroup/");
        if (reads.equals(writes) || blue.equals(green)) {
            throw new IllegalArgumentException("reads and writes, and blue and green, must differ");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
    }

    private static void arn(String key, @Nullable String value, String kind) {
        if (value == null || !value.startsWith("arn:") || !value.contains(":elasticloadbalancing:")
                || !value.contains(kind)) {
            throw new IllegalArgumentException(key + " must be an ARN such as arn:aws:elasticloadbalancing:…" + kind
                    + "…");
        }
    }

    /** Whether writes are taken by a rule; otherwise by the default action of a listener. */
    boolean writesByRule() {
        return writes.contains(":listener-rule/");
    }
}
