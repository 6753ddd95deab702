package dev.ferryman.replication;

import java.time.Instant;

/**
 * The fence's row in the source. It commits with the fence itself, and no second place has to agree: where it is there,
 * the switchover has happened and only has to be finished; where it is not, it has not.
 *
 * @param job the cutover that has switched
 * @param capture the capture it followed
 * @param at when the fence was put up
 * @param generation generation that did it
 */
public record PointOfNoReturn(String job, String capture, Instant at, long generation) {}
