/**
 * Reviews a schema change before anybody runs it: what each statement does, the lock it takes, whether it rewrites or
 * reads the whole table, whether code in production keeps working, how it is undone, and a safer form. Applies it then,
 * and changes keys while the application writes. Knows nothing of runbooks.
 *
 * <p>
 * The SQL is read with PostgreSQL's own grammar: libpg_query, which is PostgreSQL's parser taken out of the server, here
 * that of PostgreSQL 18 as the WebAssembly of the npm package {@code libpg-query} (MIT; the parser is under BSD and the
 * PostgreSQL licence), run by Chicory's interpreter (Apache-2.0). What it accepts is what the server accepts, function
 * bodies and {@code DO} blocks are opaque strings as they are to the server, and every statement has its position. It
 * needs no native library per platform, and a broken statement cannot break this process. What it costs is 2 MB, a second
 * to load and some 10 ms a statement. A grammar kept by hand (pgcodekeeper's ANTLR grammar) is faster and reads better
 * from Java, but is always a little behind or beside the server, and a review that refuses valid SQL is no gate.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"endpoint", "schema"})
package dev.ferryman.schemachange;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
