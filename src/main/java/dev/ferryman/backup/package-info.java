/**
 * Backups of both databases as files that are proved: dumps by PostgreSQL's own programs, restores into a scratch database,
 * storage places that are read back. Knows nothing of runbooks.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "hook"})
package dev.ferryman.backup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
