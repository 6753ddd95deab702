package dev.ferryman.replication;

import java.time.Instant;
import java.util.List;

/**
 * A capture as the source itself knows it.
 *
 * @param capture identifies this installation; another one has another id
 * @param job the cutover it serves
 * @param generation highest generation that has changed the source
 * @param installedAt when it was installed
 * @param tables what is captured, by number
 */
public record CaptureState(String capture, String job, long generation, Instant installedAt,
        List<CapturedTable> tables) {
    public CaptureState {
        tables = List.copyOf(tables);
    }

    /** Tables that are followed as a whole, since they have no usable key. */
    public List<CapturedTable> withoutKey() {
        return tables.stream().filter(table -> !table.byKey()).toList();
    }
}
