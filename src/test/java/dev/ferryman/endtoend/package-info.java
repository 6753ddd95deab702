/** The whole service in a process of its own, as people, programs and a kill -9 meet it. */
@NullMarked
package dev.ferryman.endtoend;

import org.jspecify.annotations.NullMarked;
