package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.runbook.Actor;
import java.util.stream.Collectors;

/** The signed-in user as the runbook knows people. */
final class Actors {
    private Actors() {}

    static Actor of(CurrentUser user) {
        return new Actor(user.username(), user.displayName(),
                user.roles().stream().map(Role::id).collect(Collectors.toUnmodifiableSet()));
    }
}
