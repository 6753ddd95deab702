package dev.ferryman.traffic.internal;

import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.traffic.TrafficSwitches;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Builds the switches from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrafficProperties.class)
class TrafficConfiguration {

    @Bean
    TrafficSwitches trafficSwitches(TrafficProperties properties, NamedCommands commands, HttpHooks hooks,
            SecretRoots secrets, Environment environment) {
        return new TrafficSwitches(properties.environmentRoots(), commands, hooks,
                reference -> secrets.open(reference).reveal(),
                new Routers(Binder.get(environment), commands, hooks).all(properties.routers()));
    }
}
