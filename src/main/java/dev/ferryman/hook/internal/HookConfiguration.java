package dev.ferryman.hook.internal;

import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.hook.Secrets;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the hooks from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HookProperties.class)
class HookConfiguration {

    @Bean
    NamedCommands namedCommands(HookProperties properties) {
        return new NamedCommands(properties.definitions(), Secrets::fetch);
    }

    @Bean
    HttpHooks httpHooks(HookProperties properties) {
        return new HttpHooks(properties.calls(), Secrets::fetch);
    }
}
