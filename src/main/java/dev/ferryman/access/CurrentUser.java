package dev.ferryman.access;

import java.io.Serializable;
import java.util.Set;
import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who makes the present request, read from the state store at its beginning: a role taken away or a disabled account
 * counts from the next click on. Controllers of pages and API take it as a method parameter. (No
 * {@link java.security.Principal}: Spring MVC resolves parameters of that type by itself, and differently.)
 *
 * @param username unique, lower case
 * @param displayName name for people
 * @param roles all roles held now
 */
public record CurrentUser(String username, String displayName,
        Set<Role> roles) implements AuthenticatedPrincipal, Serializable {
    /** Copies the roles. */
    public CurrentUser {
        roles = Set.copyOf(roles);
    }

    /** Whether the user holds this role now. */
    public boolean has(Role role) {
        return roles.contains(role);
    }

    /** Whether the user may change anything at all: holds a role other than viewer. */
    public boolean mayChange() {
        return roles.stream().anyMatch(role -> role != Role.VIEWER);
    }

    @Override
    public String getName() {
        return username;
    }
}
