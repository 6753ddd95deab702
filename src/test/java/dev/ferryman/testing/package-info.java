/** What tests of every package stand on: real servers, shared and cheap. */
@NullMarked
package dev.ferryman.testing;

import org.jspecify.annotations.NullMarked;
