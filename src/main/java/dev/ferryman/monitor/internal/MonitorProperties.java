package dev.ferryman.monitor.internal;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long samples are kept.
 *
 * @param retention after this time samples are removed; what watches came to, with the samples that decided, stays
 */
@ConfigurationProperties("ferryman.monitor")
record MonitorProperties(@DefaultValue("30d") Duration retention) {}
