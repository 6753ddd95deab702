package dev.ferryman.schemachange.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Targets that a review may look at.
 *
 * @param targets by name
 */
@ConfigurationProperties("ferryman.schema-review")
record ReviewSettings(@DefaultValue Map<String, TargetSettings> targets) {
    /**
     * A target.
     *
     * @param url address, without a password
     * @param passwordRef where its password is kept, as {@code env:NAME} or {@code file:/path}; none where it needs none
     */
    record TargetSettings(String url, @Nullable String passwordRef) {}
}
