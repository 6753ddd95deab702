/** What a report says, and the forms it is written in. */
@NullMarked
package dev.ferryman.report.internal;

import org.jspecify.annotations.NullMarked;
