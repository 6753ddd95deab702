/**
 * Runs allow-listed commands and HTTP hooks with time limits, capped and masked output.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint"})
package dev.ferryman.hook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
