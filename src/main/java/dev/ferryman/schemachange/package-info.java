/**
 * Changes the schema of a PostgreSQL that is in use: reads SQL and says what it locks, tries it, applies it, and changes
 * keys while the application writes. Knows nothing of runbooks.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema"})
package dev.ferryman.schemachange;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
