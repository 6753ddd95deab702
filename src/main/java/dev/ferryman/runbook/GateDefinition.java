package dev.ferryman.runbook;

import java.util.List;

/**
 * What ends a phase: named roles sign, each by another person. DESIGN.md § 3.
 *
 * @param key          unique in the template
 * @param title        what is decided
 * @param signoffs     roles that must sign, each by another person
 * @param requiresPlan sign-offs are bound to the hash of the plan and die when it changes
 * @param help         what to look at before signing, empty if none
 */
public record GateDefinition(String key, String title, List<String> signoffs, boolean requiresPlan, String help) {
    /** Copies the roles; there is at least one and none twice. */
    public GateDefinition {
        signoffs = List.copyOf(signoffs);
        if (signoffs.isEmpty() || signoffs.stream().distinct().count() != signoffs.size()) {
            throw new IllegalArgumentException("Gate " + key + " needs at least one role, none of them twice");
        }
    }
}
