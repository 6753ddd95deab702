/** The commands behind {@code cli}. */
@NullMarked
package dev.ferryman.cli.internal;

import org.jspecify.annotations.NullMarked;
