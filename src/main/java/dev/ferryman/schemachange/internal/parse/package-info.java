/** PostgreSQL's parser, and where a statement is in its text. */
@NullMarked
package dev.ferryman.schemachange.internal.parse;

import org.jspecify.annotations.NullMarked;
