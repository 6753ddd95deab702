/** Reading, decoding and comparing behind {@code verify}. */
@NullMarked
package dev.ferryman.verify.internal;

import org.jspecify.annotations.NullMarked;
