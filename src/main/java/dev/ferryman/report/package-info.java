/**
 * Renders what happened, and keeps what people add to it.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"runbook", "cutover", "schema", "access", "endpoint"})
package dev.ferryman.report;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
