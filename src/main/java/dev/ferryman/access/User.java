package dev.ferryman.access;

import java.time.Instant;
import java.util.Set;

/**
 * A user as others may see one.
 *
 * @param username unique, lower case; what events and sign-offs are recorded under
 * @param displayName name for people
 * @param roles all roles held
 * @param enabled whether the user can log in, use tokens and sign
 * @param passwordTemporary whether the password was made by somebody else and must be changed before anything else
 * @param createdAt when the user was created
 * @param external whether the user logs in at a provider, which says what roles he or she has
 */
public record User(String username, String displayName, Set<Role> roles, boolean enabled, boolean passwordTemporary,
        Instant createdAt, boolean external) {
    /** Copies the roles. */
    public User {
        roles = Set.copyOf(roles);
    }
}
