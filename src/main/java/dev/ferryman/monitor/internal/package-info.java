/** How monitors are wired into the service. */
@NullMarked
package dev.ferryman.monitor.internal;

import org.jspecify.annotations.NullMarked;
