/** Process trees, capped output and the configuration behind the hooks. */
@NullMarked
package dev.ferryman.hook.internal;

import org.jspecify.annotations.NullMarked;
