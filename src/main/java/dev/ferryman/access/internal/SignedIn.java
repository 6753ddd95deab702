package dev.ferryman.access.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.CredentialsContainer;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;

/** A user as Spring Security holds one. Lives in sessions without the password's hash. */
final class SignedIn implements UserDetails, CredentialsContainer {
    private static final long serialVersionUID = 1;

    private final CurrentUser user;
    private final long id;
    private final long credentialsVersion;
    private final boolean enabled;
    private final boolean passwordTemporary;
    private @Nullable String passwordHash;

    SignedIn(UserRow row) {
        user = row.toCurrentUser();
        id = row.key();
        credentialsVersion = row.credentialsVersion();
        enabled = row.enabled();
        passwordTemporary = row.passwordTemporary();
        passwordHash = row.passwordHash();
    }

    CurrentUser user() {
        return user;
    }

    long id() {
        return id;
    }

    boolean passwordTemporary() {
        return passwordTemporary;
    }

    /** Whether a session begun as this may go on now that the user is stored as that. */
    boolean stillValid(UserRow now) {
        return now.enabled() && now.credentialsVersion() == credentialsVersion;
    }

    /** The user of an authentication by form or token, empty for an anonymous one. */
    static Optional<CurrentUser> user(@Nullable Authentication authentication) {
        if (authentication == null || !authentication.isAuthenticated()) {
            return Optional.empty();
        }
        return switch (authentication.getPrincipal()) {
            case SignedIn signedIn -> Optional.of(signedIn.user());
            case CurrentUser user -> Optional.of(user);
            case null, default -> Optional.empty();
        };
    }

    static List<GrantedAuthority> authorities(CurrentUser user) {
        return user.roles().stream().sorted().map(SignedIn::authority).toList();
    }

    private static GrantedAuthority authority(Role role) {
        return new SimpleGrantedAuthority("ROLE_" + role.name());
    }

    @Override
    public Collection<? extends GrantedAuthority> getAuthorities() {
        return authorities(user);
    }

    @Override
    public @Nullable String getPassword() {
        return passwordHash;
    }

    @Override
    public String getUsername() {
        return user.username();
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void eraseCredentials() {
        passwordHash = null;
    }
}
