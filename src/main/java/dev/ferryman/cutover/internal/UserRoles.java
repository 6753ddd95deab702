package dev.ferryman.cutover.internal;

import dev.ferryman.access.Role;
import dev.ferryman.access.User;
import dev.ferryman.access.Users;
import dev.ferryman.runbook.RoleDirectory;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tells the runbook who holds which role now. */
@Component
class UserRoles implements RoleDirectory {
    private final Users users;

    UserRoles(Users users) {
        this.users = users;
    }

    @Override
    public Set<String> rolesOf(String username) {
        return users.find(username).filter(User::enabled).map(User::roles).orElse(Set.of()).stream().map(Role::id)
                .collect(Collectors.toSet());
    }

    @Override
    public Set<String> holdersOf(String role) {
        return Role.ofId(role).map(users::holdersOf).map(Set::copyOf).orElse(Set.of());
    }
}
