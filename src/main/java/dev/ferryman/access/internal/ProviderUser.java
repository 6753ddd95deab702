package dev.ferryman.access.internal;

import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Somebody the provider has just vouched for, and the user of Ferryman that is. */
final class ProviderUser extends DefaultOidcUser {
    private static final long serialVersionUID = 1;

    private final SignedIn user;

    ProviderUser(OidcUser vouched, SignedIn user) {
        super(user.getAuthorities(), vouched.getIdToken(), vouched.getUserInfo());
        this.user = user;
    }

    SignedIn user() {
        return user;
    }
}
