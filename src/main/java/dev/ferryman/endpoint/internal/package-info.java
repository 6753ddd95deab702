/** The checks and parsers behind the endpoints. */
@NullMarked
package dev.ferryman.endpoint.internal;

import org.jspecify.annotations.NullMarked;
