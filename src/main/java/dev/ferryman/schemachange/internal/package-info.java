/** What the package's API is made of. */
@NullMarked
package dev.ferryman.schemachange.internal;

import org.jspecify.annotations.NullMarked;
