package dev.ferryman.access.internal;

import dev.ferryman.access.Role;
import java.time.Clock;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;

/**
 * Users of an OpenID Connect provider: made at their first login, their name and roles brought up to date at each one.
 * They are known by the provider's own identifier, never by a name: nobody becomes a local user by being called alike.
 */
@Component
class ProviderUsers implements OAuth2UserService<OidcUserRequest, OidcUser> {
    /** Error code of a refusal whose words are for the person. */
    static final String REFUSED = "refused";

    private static final Logger LOG = LoggerFactory.getLogger(ProviderUsers.class);
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_USERNAME = 64;

    private final OidcUserService vouching = new OidcUserService();
    private final UserRows rows;
    private final AccessProperties properties;
    private final Clock clock;

    ProviderUsers(UserRows rows, AccessProperties properties, Clock clock) {
        this.rows = rows;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public OidcUser loadUser(OidcUserRequest request) {
        var vouched = vouching.loadUser(request);
        var settings = properties.oidc();
        if (settings == null) {
            throw new IllegalStateException("No provider is configured");
        }
        var roles = roles(settings, vouched.getClaims());
        var username = username(settings, vouched);
        if (roles.isEmpty()) {
            LOG.info("User {} of the provider has none of the configured values in the claim {} and is refused",
                    username, settings.rolesClaim());
            throw refused("No role of Ferryman is mapped to you at " + settings.name() + ".",
                    "Ask whoever manages your groups there.");
        }
        return new ProviderUser(vouched,
                new SignedIn(signedIn(settings, vouched.getIssuer() + " " + vouched.getSubject(), username,
                        name(vouched, username), roles)));
    }

    private UserRow signedIn(AccessProperties.Oidc settings, String identity, String username, String name,
            Set<Role> roles) {
        var known = rows.findByIdentity(identity);
        if (known.isEmpty()) {
            if (username.isEmpty()) {
                throw refused(settings.name() + " does not say your username.",
                        "Ask an administrator to set ferryman.access.oidc.username-claim.");
            }
            if (rows.findByUsername(username).isPresent()) {
                throw refused("There is another user " + username + " already.",
                        "Ask an administrator which of the two accounts is to stay.");
            }
            LOG.info("User {} created at the first login at {}, with roles {}", username, settings.name(), ids(roles));
            return rows.save(UserRow.ofProvider(identity, username, name, roles, clock.instant()));
        }
        var row = known.get();
        if (!row.enabled()) {
            LOG.info("User {} is disabled and was refused after a login at {}", row.username(), settings.name());
            throw refused("Your account is disabled.", "Ask an administrator.");
        }
        if (row.heldRoles().equals(roles) && row.displayName().equals(name)) {
            return row;
        }
        LOG.info("User {} changed by the login at {}: roles {}", row.username(), settings.name(), ids(roles));
        return rows.save(row.with(name, roles, true));
    }

    private static Set<Role> roles(AccessProperties.Oidc settings, Map<String, Object> claims) {
        var values = values(claim(claims, settings.rolesClaim()));
        var roles = EnumSet.noneOf(Role.class);
        settings.roles().forEach((role, groups) -> {
            if (groups.stream().anyMatch(values::contains)) {
                Role.ofId(role).ifPresent(roles::add);
            }
        });
        settings.everybody().forEach(role -> Role.ofId(role).ifPresent(roles::add));
        return roles;
    }

    /** A claim, or one inside another: {@code realm_access.roles}. A claim whose own name has dots comes first. */
    private static @Nullable Object claim(Map<?, ?> claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        int dot = path.indexOf('.');
        return dot > 0 && claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner
                ? claim(inner, path.substring(dot + 1))
                : null;
    }

    private static List<String> values(@Nullable Object claim) {
        return switch (claim) {
            case null -> List.of();
            case Collection<?> several -> several.stream().map(value -> String.valueOf(value)).toList();
            default -> List.of(claim.toString().split("[ ,]+"));
        };
    }

    /** What the provider calls the person, in the letters that names have here. */
    private static String username(AccessProperties.Oidc settings, OidcUser vouched) {
        var given = claim(vouched.getClaims(), settings.usernameClaim());
        var name = given == null
                ? ""
                : given.toString().strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-")
                        .replaceFirst("^[^a-z0-9]+", "");
        return name.length() > LONGEST_USERNAME ? name.substring(0, LONGEST_USERNAME) : name;
    }

    private static String name(OidcUser vouched, String username) {
        var given = vouched.getFullName() == null ? "" : vouched.getFullName().replaceAll("\\p{Cntrl}", " ").strip();
        var name = given.isEmpty() ? username : given;
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    private static List<String> ids(Set<Role> roles) {
        return roles.stream().sorted().map(Role::id).toList();
    }

    private static OAuth2AuthenticationException refused(String what, String next) {
        return new OAuth2AuthenticationException(new OAuth2Error(REFUSED, next, null), what);
    }
}
