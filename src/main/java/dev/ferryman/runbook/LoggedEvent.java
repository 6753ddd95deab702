package dev.ferryman.runbook;

/**
 * An event as the log holds it.
 *
 * @param sentence who did what, for people
 * @param type     the event's type in the log: {@code step-passed}
 * @param payload  the JSON the hash covers
 * @param prevHash hash of the event before, 64 zeros for the first
 * @param hash     SHA-256 over this event's content and {@code prevHash}, in hex
 */
public record LoggedEvent(RecordedEvent recorded, String sentence, String type, String payload, String prevHash,
        String hash) {}
