/** How the runbook decides, stores and executes. */
@NullMarked
package dev.ferryman.runbook.internal;

import org.jspecify.annotations.NullMarked;
