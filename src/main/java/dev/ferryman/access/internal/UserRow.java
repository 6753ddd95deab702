package dev.ferryman.access.internal;

import static java.util.stream.Collectors.toSet;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.User;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A user as stored.
 *
 * @param credentialsVersion rises with every password; a session begun under an older one is over
 * @param identity issuer and subject of whoever logs in at a provider; null of whoever has a password here
 */
@Table("access_user")
public record UserRow(@Id @Nullable Long id, String username, String displayName, String passwordHash,
        boolean passwordTemporary, boolean enabled, long credentialsVersion, Instant createdAt,
        @MappedCollection(idColumn = "user_id") Set<RoleRow> roles, @Version @Nullable Long version,
        @Nullable String identity) {
    /** In the place of a hash: no password leads to it. */
    private static final String NO_PASSWORD = "none";

    /** A role held, by its id. */
    @Table("access_user_role")
    public record RoleRow(String role) {}

    /** Rows of roles. */
    public static Set<RoleRow> rows(Set<Role> roles) {
        return roles.stream().map(role -> new RoleRow(role.id())).collect(toSet());
    }

    /** A user who logs in at a provider and is not stored yet. */
    static UserRow ofProvider(String identity, String username, String displayName, Set<Role> roles, Instant now) {
        return new UserRow(null, username, displayName, NO_PASSWORD, false, true, 1, now, rows(roles), null, identity);
    }

    /** Whether the user logs in at a provider and has no password here. */
    public boolean external() {
        return identity != null;
    }

    /** The generated key; there once the row is stored. */
    public long key() {
        if (id == null) {
            throw new IllegalStateException("User " + username + " is not stored yet");
        }
        return id;
    }

    /** The roles held. A role that a newer version has written and this one does not know is left out. */
    public Set<Role> heldRoles() {
        return roles.stream().flatMap(row -> Role.ofId(row.role()).stream()).collect(toSet());
    }

    /** The same user with another password. */
    public UserRow withPassword(String hash, boolean temporary) {
        return new UserRow(id, username, displayName, hash, temporary, enabled, credentialsVersion + 1, createdAt,
                roles, version, identity);
    }

    /** The same user with other roles, name and state. */
    public UserRow with(String newName, Set<Role> newRoles, boolean newEnabled) {
        return new UserRow(id, username, newName, passwordHash, passwordTemporary, newEnabled, credentialsVersion,
                createdAt, rows(newRoles), version, identity);
    }

    /** What others may see. */
    public User toUser() {
        return new User(username, displayName, heldRoles(), enabled, passwordTemporary, createdAt, external());
    }

    /** As the one who makes a request. */
    public CurrentUser toCurrentUser() {
        return new CurrentUser(username, displayName, heldRoles());
    }
}
