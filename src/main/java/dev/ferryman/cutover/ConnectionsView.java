package dev.ferryman.cutover;

import dev.ferryman.schema.SchemaMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cutover's two databases.
 *
 * @param source path of the SQLite file
 * @param target address of the PostgreSQL database without a password
 * @param schema schema of the tables
 * @param mode where the target's schema comes from
 * @param copied when a rehearsal took its private copy of the source, on which it works; null before, and for the real thing
 * @param password where the password comes from: a reference, {@code kept encrypted} or {@code none}
 */
public record ConnectionsView(String source, String target, String schema, SchemaMode mode,
        @Nullable Instant copied, String password) {}
