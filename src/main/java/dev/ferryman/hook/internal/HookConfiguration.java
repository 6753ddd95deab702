package dev.ferryman.hook.internal;

import dev.ferryman.endpoint.AllowedHosts;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the hooks from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({HookProperties.class, SecretProperties.class, OutboundProperties.class})
class HookConfiguration {

    @Bean
    SecretRoots secretRoots(SecretProperties properties) {
        return properties.allowed();
    }

    @Bean
    NamedCommands namedCommands(HookProperties properties, SecretRoots secrets) {
        return new NamedCommands(properties.definitions(), reference -> secrets.open(reference).reveal());
    }

    @Bean
    AllowedHosts allowedHosts(OutboundProperties properties) {
        return new AllowedHosts(properties.allowedHosts());
    }

    @Bean
    HttpHooks httpHooks(HookProperties properties, SecretRoots secrets, AllowedHosts hosts) {
        return new HttpHooks(properties.calls(), reference -> secrets.open(reference).reveal(), hosts);
    }
}
