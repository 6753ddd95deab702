package dev.ferryman.monitor.internal;

import dev.ferryman.monitor.MonitorLog;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of monitors, and looks after what their samples leave behind. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MonitorProperties.class)
class MonitorConfiguration {
    @Bean
    SampleRetention sampleRetention(MonitorLog log, MonitorProperties properties, Clock clock) {
        return new SampleRetention(log, properties.retention(), clock);
    }
}
