package dev.ferryman.activity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as somebody has seen it. The server gives numbers of processes out again, and a session that is still the same
 * may be at something else by now: what was decided about it holds for exactly this and no other.
 *
 * @param pid number of its process
 * @param started when it connected, to the microsecond
 * @param transaction when its transaction began; null where it had none
 * @param query when its present or latest statement began; null where it had none
 */
public record BackendIdentity(int pid, @Nullable Instant started, @Nullable Instant transaction,
        @Nullable Instant query) {}
