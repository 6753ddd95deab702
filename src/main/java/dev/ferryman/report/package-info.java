/**
 * Renders what happened, keeps what people add to it, and archives what ended long ago.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"runbook", "cutover", "schema", "access", "endpoint", "backup"})
package dev.ferryman.report;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
