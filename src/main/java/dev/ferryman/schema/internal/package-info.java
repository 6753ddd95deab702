/** How schema reading, profiling and planning work inside. */
@NullMarked
package dev.ferryman.schema.internal;

import org.jspecify.annotations.NullMarked;
