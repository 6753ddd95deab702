package dev.ferryman.traffic.internal;

import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.traffic.TrafficSwitches;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the switches from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrafficProperties.class)
class TrafficConfiguration {

    @Bean
    TrafficSwitches trafficSwitches(TrafficProperties properties, NamedCommands commands, HttpHooks hooks,
            SecretRoots secrets) {
        return new TrafficSwitches(properties.environmentRoots(), commands, hooks,
                reference -> secrets.open(reference).reveal());
    }
}
