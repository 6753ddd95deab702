package dev.ferryman.replication;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is lost where the source is given back without the target.
 *
 * @param switchedAt when writes went to PostgreSQL
 * @param broughtOver up to when they were brought over, null where nothing ever was
 * @param backlog changes that were known to be pending then; those written later are not in it
 */
public record Loss(Instant switchedAt, @Nullable Instant broughtOver, long backlog) {}
