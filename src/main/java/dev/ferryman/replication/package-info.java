/**
 * Carries what an application writes while it is moved: change capture by key-only triggers, catch-up, freeze and fence,
 * and the way back ({@code DESIGN.md} § 2). Knows nothing of runbooks; its steps can be run again after any crash.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema"})
package dev.ferryman.replication;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
