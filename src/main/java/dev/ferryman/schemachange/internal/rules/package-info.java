/** What each kind of statement does, and what is wrong with it. */
@NullMarked
package dev.ferryman.schemachange.internal.rules;

import org.jspecify.annotations.NullMarked;
