/** How the sessions are read and put in order. */
@NullMarked
package dev.ferryman.activity.internal;

import org.jspecify.annotations.NullMarked;
