/**
 * Renders what happened.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"runbook", "cutover", "schema", "access"})
package dev.ferryman.report;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
