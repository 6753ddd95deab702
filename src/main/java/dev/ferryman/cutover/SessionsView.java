package dev.ferryman.cutover;

import dev.ferryman.activity.Activity;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a cutover's target, as one user may see them.
 *
 * @param number grows with every look that found something else; the page draws itself anew then
 * @param activity what was found; null where the target could not be asked
 * @param trouble why not, in one sentence; empty where it could
 * @param next what to do about it, one sentence
 * @param end whether the user may have sessions cancelled or ended, and sees what they run
 */
public record SessionsView(long number, @Nullable Activity activity, String trouble, String next, Permission end) {}
