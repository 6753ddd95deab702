package dev.ferryman.demo;

import dev.ferryman.access.Users;
import dev.ferryman.cutover.CutoverService;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;

/** Runs the demo beside Ferryman, in the same process. */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
@EnableConfigurationProperties(DemoSettings.class)
class DemoConfiguration {
    @Bean
    DemoSite demoSite(DemoSettings settings) {
        return new DemoSite(settings);
    }

    @Bean
    DemoStart demoStart(Users users, CutoverService cutovers, DemoSettings settings, DemoSite site,
            Environment environment) {
        return new DemoStart(new DemoTeam(users, settings.passwords()), new ReadyCutover(cutovers, settings, site),
                site, settings, environment);
    }
}
