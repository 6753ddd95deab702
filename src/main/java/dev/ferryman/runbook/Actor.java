package dev.ferryman.runbook;

import java.util.Set;

/**
 * Whoever gives a command, with the roles held at that moment. Faces build it from the signed-in user; the runbook knows
 * no users of its own.
 *
 * @param username    unique sign-in name; four-eyes compares these
 * @param displayName the name pages show
 * @param roles       role keys held now, for example {@code dba}
 */
public record Actor(String username, String displayName, Set<String> roles) {
    /** Ferryman itself: automatic starts, results of executions. No person can be called this. */
    public static final Actor FERRYMAN = new Actor("@ferryman", "Ferryman", Set.of());

    /** Checks the names and copies the roles. */
    public Actor {
        if (username.isBlank() || displayName.isBlank()) {
            throw new IllegalArgumentException("An actor needs a username and a display name");
        }
        roles = Set.copyOf(roles);
    }

    /** Whether the actor holds this role now. */
    public boolean holds(String role) {
        return roles.contains(role);
    }

    /** Whether this is Ferryman and not a person. */
    public boolean isFerryman() {
        return username.equals(FERRYMAN.username);
    }
}
