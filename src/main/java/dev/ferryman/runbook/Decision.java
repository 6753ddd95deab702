package dev.ferryman.runbook;

import java.util.List;
import java.util.Optional;

/**
 * What was decided about a cutover in one transaction.
 *
 * @param before  the cutover before it; empty where it was created
 * @param cutover the cutover after it
 * @param events  what happened, in order
 */
public record Decision(Optional<Cutover> before, Cutover cutover, List<RecordedEvent> events) {
    /** Copies the events. */
    public Decision {
        events = List.copyOf(events);
    }
}
