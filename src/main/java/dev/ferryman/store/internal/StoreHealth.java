package dev.ferryman.store.internal;

import dev.ferryman.store.StoreCondition;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health component {@code store}: down with one word while the state store takes no writes. Not part of readiness: what can
 * be read is still shown.
 */
@Component("store")
class StoreHealth implements HealthIndicator {
    private final StoreCondition condition;

    StoreHealth(StoreCondition condition) {
        this.condition = condition;
    }

    @Override
    public Health health() {
        return condition.trouble().map(trouble -> Health.down().withDetail("store", trouble.word()).build())
                .orElseGet(() -> Health.up().build());
    }
}
