/** Reading, encoding, sending and the ledger of chunks behind {@code copy}. */
@NullMarked
package dev.ferryman.copy.internal;

import org.jspecify.annotations.NullMarked;
