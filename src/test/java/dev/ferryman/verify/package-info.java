/** Verification against real files and real servers. */
@NullMarked
package dev.ferryman.verify;

import org.jspecify.annotations.NullMarked;
