package dev.ferryman.access.internal;

import dev.ferryman.access.Role;
import dev.ferryman.endpoint.SecretReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who gets in, and for how long.
 *
 * @param metricsFrom addresses or networks (CIDR) that read {@code /actuator/prometheus} without a token. A request
 *        that has come through a proxy needs a token whatever its address.
 * @param initialPassword reference ({@code env:NAME} or {@code file:/path}) to the first administrator's password; where
 *        there is none, it is generated and printed once
 * @param session how long a login lasts
 * @param lock when an account is locked
 * @param rate how often anybody may ask
 * @param localLogin whether everybody may log in with a password of Ferryman's own; otherwise only the break-glass user
 * @param breakGlassUser whoever may always log in with a password, for when the provider is away
 * @param oidc the OpenID Connect provider people log in at; null where there is none
 */
@ConfigurationProperties("ferryman.access")
record AccessProperties(@DefaultValue( {
        "127.0.0.1/8", "::1"}) List<String> metricsFrom,
        @Nullable String initialPassword, @DefaultValue Session session, @DefaultValue Lock lock,
        @DefaultValue Rate rate,
        @DefaultValue("true") boolean localLogin, @DefaultValue("admin") String breakGlassUser, @Nullable Oidc oidc){
    /** Copies the networks, and refuses a password where a reference belongs. */
    AccessProperties {
        metricsFrom = List.copyOf(metricsFrom);
        if (initialPassword != null) {
            SecretReference.parse(initialPassword);
        }
        if (!localLogin && oidc == null) {
            throw new IllegalArgumentException(
                    "ferryman.access.local-login is off, and no provider is set at ferryman.access.oidc.issuer");
        }
    }

    /**
     * How long a login lasts.
     *
     * @param idle without a click; ten hours are one shift, so that nobody has to log in again in the middle of a
     *        cutover
     * @param longest whatever is clicked
     * @param confirmAfter how long after a login what cannot be taken back is done without asking for the password
     */
    record Session(@DefaultValue("10h") Duration idle, @DefaultValue("24h") Duration longest,
            @DefaultValue("15m") Duration confirmAfter) {
        /** Refuses what would let nobody in. */
        Session {
            positive("session.idle", idle);
            positive("session.longest", longest);
            positive("session.confirm-after", confirmAfter);
        }
    }

    /**
     * When an account is locked for browsers that its owner has never logged in with.
     *
     * @param failures wrong passwords from everywhere together
     * @param duration how long
     */
    record Lock(@DefaultValue("50") int failures, @DefaultValue("30m") Duration duration) {
        /** Refuses what would lock at once or never end. */
        Lock {
            if (failures < 1) {
                throw new IllegalArgumentException("ferryman.access.lock.failures must be 1 or more");
            }
            positive("lock.duration", duration);
        }
    }

    /**
     * How often anybody may ask, at each replica.
     *
     * @param perSecond requests of one person or token in the long run
     * @param burst requests of one person or token at once
     * @param strangersPerSecond requests from one address without a login in the long run
     * @param strangersBurst requests from one address without a login at once
     */
    record Rate(@DefaultValue("200") int perSecond, @DefaultValue("1000") int burst,
            @DefaultValue("20") int strangersPerSecond, @DefaultValue("300") int strangersBurst) {
        /** Refuses what would let nobody in. */
        Rate {
            if (Math.min(Math.min(perSecond, burst), Math.min(strangersPerSecond, strangersBurst)) < 1) {
                throw new IllegalArgumentException("Every limit under ferryman.access.rate must be 1 or more");
            }
        }
    }

    /**
     * The OpenID Connect provider.
     *
     * @param issuer its address; {@code /.well-known/openid-configuration} below it tells the rest
     * @param clientId what Ferryman is called there
     * @param clientSecret reference ({@code env:NAME} or {@code file:/path}) to the secret agreed with it; null for a
     *        public client, which PKCE alone protects
     * @param name what people call it
     * @param scopes what is asked for
     * @param usernameClaim the claim that becomes the username
     * @param rolesClaim the claim that roles are taken from, such as {@code groups} or {@code realm_access.roles}
     * @param roles by id of a role, the values of the claim that give it
     * @param everybody ids of the roles of whoever can log in there at all
     */
    record Oidc(String issuer, String clientId, @Nullable String clientSecret,
            @DefaultValue("single sign-on") String name, @DefaultValue( {
                    "openid", "profile", "email"}) Set<String> scopes,
            @DefaultValue("preferred_username") String usernameClaim, @DefaultValue("groups") String rolesClaim,
            @DefaultValue Map<String, Set<String>> roles, @DefaultValue Set<String> everybody){
        /** Copies, and refuses what is incomplete and roles that do not exist. */
        Oidc {
            if (issuer == null || issuer.isBlank() || clientId == null || clientId.isBlank()) {
                throw new IllegalArgumentException(
                        "ferryman.access.oidc needs an issuer and a client-id, or none of its settings");
            }
            scopes = Set.copyOf(scopes);
            roles = Map.copyOf(roles);
            everybody = Set.copyOf(everybody);
            Stream.concat(roles.keySet().stream(), everybody.stream()).filter(id -> Role.ofId(id).isEmpty())
                    .findFirst().ifPresent(id -> {
                        throw new IllegalArgumentException("ferryman.access.oidc maps to the role " + id
                                + ", which does not exist. There are: " + Arrays.stream(Role.values()).map(Role::id)
                                        .collect(Collectors.joining(", ")));
                    });
            if (clientSecret != null) {
                SecretReference.parse(clientSecret);
            }
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("ferryman.access." + name + " must be longer than nothing");
        }
    }
}
