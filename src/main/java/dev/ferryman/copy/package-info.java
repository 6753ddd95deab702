/**
 * Takes the snapshot and backfills it into PostgreSQL, each chunk exactly once. Does not judge what it copied: that is
 * {@code verify}.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema"})
package dev.ferryman.copy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
