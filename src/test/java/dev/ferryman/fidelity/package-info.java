/** What must hold for any source whatever, over generated schemas and values. */
@NullMarked
package dev.ferryman.fidelity;

import org.jspecify.annotations.NullMarked;
