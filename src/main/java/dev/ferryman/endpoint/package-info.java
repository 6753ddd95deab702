/**
 * Reaches source and target safely: one SQLite library per live file, validated PostgreSQL addresses, secret
 * references. Knows nothing of tables, plans or runbooks.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.ferryman.endpoint;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
