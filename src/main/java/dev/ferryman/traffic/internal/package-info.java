/** Files and lines behind the switches, and their configuration. */
@NullMarked
package dev.ferryman.traffic.internal;

import org.jspecify.annotations.NullMarked;
