/** Steps, stores and views behind the application service. */
@NullMarked
package dev.ferryman.cutover.internal;

import org.jspecify.annotations.NullMarked;
