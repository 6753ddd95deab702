package dev.ferryman.runbook;

import java.util.Set;

/** Who holds which role now. Whoever knows the users provides a bean of this type. */
public interface RoleDirectory {
    /** The roles this user holds now; empty for a user who is gone or disabled. */
    Set<String> rolesOf(String username);

    /** The usernames that hold this role now. */
    Set<String> holdersOf(String role);
}
