package dev.ferryman.cutover;

import dev.ferryman.activity.BackendIdentity;
import dev.ferryman.activity.BackendSignal;

/**
 * A session is to be cancelled or ended.
 *
 * @param session what was seen of it; where it is another one now, or at something else, nothing is done
 * @param reason why; not empty
 */
public record SessionOrder(BackendSignal signal, BackendIdentity session, String reason) {}
