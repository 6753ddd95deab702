/** The image and the compose file: what they name exists, and what they start works together. */
@NullMarked
package dev.ferryman.container;

import org.jspecify.annotations.NullMarked;
