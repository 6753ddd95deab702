/**
 * Probes an application or a target and judges the samples over time.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "hook", "store"})
package dev.ferryman.monitor;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
