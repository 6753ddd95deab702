@NullMarked
package dev.ferryman.notify.internal;

import org.jspecify.annotations.NullMarked;
