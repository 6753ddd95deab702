/**
 * Users, roles, API tokens, login throttling.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.ferryman.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
