/**
 * Controllers of the pages and how they word, colour and draw what the application service tells them.
 */
@NullMarked
package dev.ferryman.web.internal;

import org.jspecify.annotations.NullMarked;
