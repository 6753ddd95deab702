package dev.ferryman.runbook;

import java.time.Instant;

/**
 * A rollback that begins by itself unless somebody holds it: the verdict of a step demands it, and people have until then.
 *
 * @param seq       number of the event that announced it; its timer acts on no other
 * @param step      key of the step whose verdict demands it
 * @param attempt   that step's attempt
 * @param reason    the verdict in a sentence
 * @param announced when the verdict was taken
 * @param due       when it begins
 */
public record PendingRollback(long seq, String step, int attempt, String reason, Instant announced, Instant due) {}
