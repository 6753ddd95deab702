package dev.ferryman.runbook;

import java.util.Optional;

/**
 * Knows whether going back would lose anything. Asked, inside the decision's transaction, before a rollback begins by itself
 * after the switch was started: quick, and without effects.
 */
@FunctionalInterface
public interface RollbackGuard {
    /** One sentence that says what would be lost or cannot be told; empty where nothing would be. */
    Optional<String> objection(Cutover cutover);
}
