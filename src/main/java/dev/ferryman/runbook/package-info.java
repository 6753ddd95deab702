/**
 * Templates, cutovers, phases, steps, gates, sign-offs, the hash-chained event log and durable execution. Knows no
 * databases but its own state store.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"store"})
package dev.ferryman.runbook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
