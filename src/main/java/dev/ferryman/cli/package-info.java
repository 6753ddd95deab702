/**
 * The command line: {@code serve}, {@code inspect}, {@code copy}, {@code verify}, {@code clean}, {@code lint}, {@code verify-log} and friends.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema", "copy", "replication", "verify", "runbook", "cutover",
        "access", "backup", "store", "schemachange"})
package dev.ferryman.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
