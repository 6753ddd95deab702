package dev.ferryman.schemachange.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.schemachange.SqlReviews;
import dev.ferryman.schemachange.internal.ReviewSettings.TargetSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the reviews to the targets of the configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReviewSettings.class)
class ReviewConfiguration {
    @Bean
    SqlReviews sqlReviews(ReviewSettings settings) {
        Map<String, Supplier<PostgresTarget>> targets = new HashMap<>();
        settings.targets().forEach((name, target) -> targets.put(name, () -> open(target)));
        return new SqlReviews(targets);
    }

    /** The password is read for each review, so that a new one needs no restart. */
    private static PostgresTarget open(TargetSettings target) {
        String reference = target.passwordRef();
        return PostgresTarget.parse(target.url(),
                reference == null ? null : SecretReference.parse(reference).resolve());
    }
}
