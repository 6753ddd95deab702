/**
 * Reads what is there and decides what it becomes: source schema, profile of the real values, plan, type mapping, DDL.
 * Touches data only to read it.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint"})
package dev.ferryman.schema;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
