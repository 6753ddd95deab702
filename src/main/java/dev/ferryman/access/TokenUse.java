package dev.ferryman.access;

import java.util.Set;

/**
 * A request that came with a token.
 *
 * @param id number of the token
 * @param user its owner, with the roles held now
 * @param scopes what the token may be used for
 */
public record TokenUse(long id, CurrentUser user, Set<Scope> scopes) {
    /** Copies the scopes. */
    public TokenUse {
        scopes = Set.copyOf(scopes);
    }
}
