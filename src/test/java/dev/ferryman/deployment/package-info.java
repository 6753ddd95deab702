/** The deployments of the bundled templates, driven from creation to completion and to each of their rollbacks. */
@NullMarked
package dev.ferryman.deployment;

import org.jspecify.annotations.NullMarked;
