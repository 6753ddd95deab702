package dev.ferryman.hook.internal;

import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the hooks from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HookProperties.class)
class HookConfiguration {

    @Bean
    NamedCommands namedCommands(HookProperties properties) {
        return new NamedCommands(properties.definitions(), HookConfiguration::resolve);
    }

    @Bean
    HttpHooks httpHooks(HookProperties properties) {
        return new HttpHooks(properties.calls(), HookConfiguration::resolve);
    }

    private static String resolve(String reference) {
        return SecretReference.parse(reference).resolve().reveal();
    }
}
