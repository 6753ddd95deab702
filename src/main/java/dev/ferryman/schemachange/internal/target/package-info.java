/** What the target and the script itself say about the tables that a script names. */
@NullMarked
package dev.ferryman.schemachange.internal.target;

import org.jspecify.annotations.NullMarked;
