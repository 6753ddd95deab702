/**
 * The HTTP API under {@code /api/v1}. Calls what the pages call; decides nothing.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"cutover", "runbook", "notify", "report", "access", "schema", "verify",
        "endpoint", "store", "schemachange", "activity"})
package dev.ferryman.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
