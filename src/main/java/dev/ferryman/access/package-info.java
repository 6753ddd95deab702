/**
 * Who is there and what they may do: users, roles, API tokens, signing in, login throttling and the rules on URLs. Does
 * not know what a cutover is: who signs which gate is the runbook's business, it asks {@link dev.ferryman.access.Users}.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"store", "endpoint"})
package dev.ferryman.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
