/** Replication between real files and real servers. */
@NullMarked
package dev.ferryman.replication;

import org.jspecify.annotations.NullMarked;
