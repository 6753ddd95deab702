/**
 * Points an application at a side: environment file, named command, HTTP hook, load balancer, by hand. Each adapter can be
 * read back and undone.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "hook"})
package dev.ferryman.traffic;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
