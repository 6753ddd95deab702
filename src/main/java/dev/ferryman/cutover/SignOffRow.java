package dev.ferryman.cutover;

import dev.ferryman.runbook.Gate;
import java.util.List;
import java.util.Optional;

/**
 * One role's sign-off at a gate.
 *
 * @param role the role
 * @param signOff who signed for it, empty while nobody has
 * @param holders user names that hold the role now, sorted
 * @param sign whether this user can sign for it
 */
public record SignOffRow(String role, Optional<Gate.SignOff> signOff, List<String> holders, Permission sign) {
    public SignOffRow {
        holders = List.copyOf(holders);
    }
}
