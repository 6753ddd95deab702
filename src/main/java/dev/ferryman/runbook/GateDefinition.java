package dev.ferryman.runbook;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ends a phase: named roles sign, each by another person. DESIGN.md § 3.
 *
 * @param key          unique in the template
 * @param title        what is decided
 * @param signoffs     roles that must sign, each by another person
 * @param requiresPlan sign-offs are bound to the hash of the plan and die when it changes
 * @param requiresRehearsal how long ago a rehearsal of the same template and source may have been completed at most; null
 *        where none is asked for. It is not asked of rehearsals
 * @param due      when it has to be passed, from the start of the window on, negative before it; null for no such time
 * @param patience how long it may wait for sign-offs before that is told; null for any time
 * @param criteria what everybody who signs confirms one by one; empty where nothing is asked
 * @param help         what to look at before signing, empty if none
 */
public record GateDefinition(String key, String title, List<String> signoffs, boolean requiresPlan,
        @Nullable Duration requiresRehearsal, @Nullable Duration due, @Nullable Duration patience,
        List<String> criteria, String help) {
    /** Copies the roles; there is at least one and none twice. */
    public GateDefinition {
        signoffs = List.copyOf(signoffs);
        // Logs of earlier versions have none.
        criteria = criteria == null ? List.of() : List.copyOf(criteria);
        if (signoffs.isEmpty() || signoffs.stream().distinct().count() != signoffs.size()) {
            throw new IllegalArgumentException("Gate " + key + " needs at least one role, none of them twice");
        }
    }
}
