/**
 * Composes the capabilities into the runbook's steps; the application service that page and API both call.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema", "copy", "replication", "verify", "runbook", "traffic",
        "hook",
        "monitor", "backup", "schemachange", "activity", "access", "store"})
package dev.ferryman.cutover;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
