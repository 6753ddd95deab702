/** Readers and comparisons, each against another implementation of the same rules. */
@NullMarked
package dev.ferryman.verify.internal;

import org.jspecify.annotations.NullMarked;
