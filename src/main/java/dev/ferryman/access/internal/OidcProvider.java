package dev.ferryman.access.internal;

import dev.ferryman.endpoint.SecretReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.stereotype.Component;

/**
 * The OpenID Connect provider people log in at. It is asked about itself when the first person goes there, not at the
 * start: a provider that is away keeps nobody from starting Ferryman, nor from logging in otherwise.
 */
@Component
@ConditionalOnProperty("ferryman.access.oidc.issuer")
class OidcProvider implements ClientRegistrationRepository {
    /** The one there is, as it stands in addresses. */
    static final String ID = "oidc";
    /** Where logging in begins. */
    static final String START = "/oauth2/authorization/" + ID;

    private static final Logger LOG = LoggerFactory.getLogger(OidcProvider.class);

    private final AccessProperties.Oidc settings;
    private volatile @Nullable ClientRegistration known;

    OidcProvider(AccessProperties properties) {
        var oidc = properties.oidc();
        if (oidc == null) {
            throw new IllegalStateException("ferryman.access.oidc has no settings but the issuer");
        }
        settings = oidc;
    }

    /** The provider does not say where people log in. */
    static class ProviderAwayException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ProviderAwayException(String issuer, Throwable cause) {
            super("The OpenID Connect provider " + issuer + " does not answer as one", cause);
        }
    }

    AccessProperties.Oidc settings() {
        return settings;
    }

    @Override
    public @Nullable ClientRegistration findByRegistrationId(String id) {
        if (!id.equals(ID)) {
            return null;
        }
        var registration = known;
        if (registration == null) {
            try {
                registration = ask();
            } catch (IllegalArgumentException | IllegalStateException e) {
                LOG.warn("The OpenID Connect provider {} does not answer as one: {}", settings.issuer(), cause(e));
                throw new ProviderAwayException(settings.issuer(), e);
            }
            known = registration;
        }
        return registration;
    }

    private static String cause(Throwable thrown) {
        var root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private ClientRegistration ask() {
        var registration = ClientRegistrations.fromOidcIssuerLocation(settings.issuer()).registrationId(ID)
                .clientId(settings.clientId()).scope(settings.scopes()).clientName(settings.name());
        var secret = settings.clientSecret();
        return (secret == null
                ? registration.clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                : registration.clientSecret(SecretReference.parse(secret).resolve().reveal())).build();
    }

    /** Where the provider ends its own session, empty where it does not say or is not known. */
    Optional<String> endOfSession() {
        var registration = known;
        return registration == null
                ? Optional.empty()
                : Optional.ofNullable(
                        registration.getProviderDetails().getConfigurationMetadata().get("end_session_endpoint"))
                        .map(Object::toString);
    }
}
