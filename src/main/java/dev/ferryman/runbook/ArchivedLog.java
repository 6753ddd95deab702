package dev.ferryman.runbook;

import java.time.Instant;

/**
 * Where the log of an ended cutover is since it was taken out of the state store. The one event that stays there says it,
 * chained to the last of those that went.
 *
 * @param at when it was taken out
 * @param file the archive, as it was written
 * @param bytes its size
 * @param sha256 of its content, 64 hex digits
 * @param events how many events are in it
 * @param lastHash hash of the last of them, 64 hex digits
 */
public record ArchivedLog(Instant at, String file, long bytes, String sha256, long events, String lastHash) {}
