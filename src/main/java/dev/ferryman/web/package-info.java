/**
 * The pages. Renders and asks; decides nothing.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"cutover", "runbook", "notify", "report", "access", "schema", "verify",
        "endpoint", "store", "schemachange", "activity"})
package dev.ferryman.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
