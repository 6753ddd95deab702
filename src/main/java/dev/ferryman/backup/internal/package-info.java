/** How it is done. */
@NullMarked
package dev.ferryman.backup.internal;

import org.jspecify.annotations.NullMarked;
