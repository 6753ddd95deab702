/**
 * Compares both sides by value through a decoder of its own. Shares no code with {@code copy}, so that an encoder's
 * mistake cannot hide itself.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema"})
package dev.ferryman.verify;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
