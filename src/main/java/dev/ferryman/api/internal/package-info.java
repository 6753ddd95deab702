/** The endpoints and the JSON they speak. */
@NullMarked
package dev.ferryman.api.internal;

import org.jspecify.annotations.NullMarked;
