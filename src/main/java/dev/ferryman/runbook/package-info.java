/**
 * Templates, cutovers, phases, steps, gates, sign-offs, the hash-chained event log and durable execution. Knows no
 * databases but its own state store, and of people only what their roles are called.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"store", "access"})
package dev.ferryman.runbook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
