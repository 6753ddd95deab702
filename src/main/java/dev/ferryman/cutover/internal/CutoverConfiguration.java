package dev.ferryman.cutover.internal;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of cutovers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CutoverProperties.class)
class CutoverConfiguration {}
