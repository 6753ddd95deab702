/** What the package's API is made of. */
@NullMarked
package dev.ferryman.replication.internal;

import org.jspecify.annotations.NullMarked;
