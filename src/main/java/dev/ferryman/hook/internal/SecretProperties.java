package dev.ferryman.hook.internal;

import dev.ferryman.endpoint.SecretRoots;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which secrets of the server cutovers may use.
 *
 * @param roots directories below which secret files may be named
 * @param variables environment variables that may be named; {@code *} stands for any part of a name
 */
@ConfigurationProperties("ferryman.secrets")
record SecretProperties(@DefaultValue("/run/secrets") List<Path> roots,
        @DefaultValue( {
                "APP_*", "PGPASSWORD"}) List<String> variables){

    SecretRoots allowed() {
        return new SecretRoots(roots, variables);
    }
}
