package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.Cutover;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The companions there are, and what each state of a cutover wants of them. */
final class Companions {
    private final Map<String, Companion> byType;

    /** @throws IllegalStateException if two have the same type */
    Companions(List<Companion> companions) {
        byType = companions.stream().collect(Collectors.toUnmodifiableMap(Companion::type, Function.identity()));
    }

    @Nullable
    Companion of(CompanionTask task) {
        return byType.get(task.type());
    }

    boolean wanted(CompanionTask task, Cutover cutover) {
        Companion companion = byType.get(task.type());
        return companion != null && wanted(companion, cutover);
    }

    private static boolean wanted(Companion companion, Cutover cutover) {
        return !cutover.status().terminal() && companion.wanted(cutover);
    }

    /** Names of the leases of those that this state wants. */
    Set<String> wantedLeases(Cutover cutover) {
        return byType.values().stream().filter(companion -> wanted(companion, cutover))
                .map(companion -> new CompanionTask(cutover.id(), companion.type()).leaseName())
                .collect(Collectors.toSet());
    }

    /** Schedules those that are wanted and revokes the others; belongs into the decision's transaction. */
    void carryOut(Cutover cutover, Placement placement, Leases leases, Instant now) {
        for (Companion companion : byType.values()) {
            var task = new CompanionTask(cutover.id(), companion.type());
            if (wanted(companion, cutover)) {
                placement.schedule(cutover, task, now);
            } else {
                leases.revoke(cutover.id(), task.leaseKey(), CompanionTask.ATTEMPT);
            }
        }
    }

    /** Whoever runs one may act no more; belongs into the decision's transaction. */
    void revoke(Cutover cutover, Leases leases) {
        byType.keySet().forEach(type -> leases.revoke(cutover.id(), new CompanionTask(cutover.id(), type).leaseKey(),
                CompanionTask.ATTEMPT));
    }

    /** Stops those of this process that are not wanted any more. */
    void stop(Cutover cutover, Watch watch) {
        for (Companion companion : byType.values()) {
            if (!wanted(companion, cutover)) {
                watch.revoked(cutover.id(), new CompanionTask(cutover.id(), companion.type()).leaseKey(),
                        CompanionTask.ATTEMPT);
            }
        }
    }
}
