/**
 * What the sessions of a PostgreSQL server are at: which wait for a lock, whom they wait for, whose transactions stay open,
 * and how one of them is cancelled or ended on a person's word. Looks and signals; knows nothing of runbooks or of who may.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "endpoint")
package dev.ferryman.activity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
