package dev.ferryman.access.internal;

import dev.ferryman.access.Tokens;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/** Signs a request in by {@code Authorization: Bearer …}. */
@Component
class BearerTokens implements AuthenticationConverter, AuthenticationManager {
    private final Tokens tokens;

    BearerTokens(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        var header = request.getHeader(HttpHeaders.AUTHORIZATION);
        // Health is for everybody and is asked most when the state store, which knows the tokens, is away.
        if (header == null || PublicPaths.isHealth(request) || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return null;
        }
        return UsernamePasswordAuthenticationToken.unauthenticated("token", header.substring(7).strip());
    }

    @Override
    public Authentication authenticate(Authentication given) {
        var token = tokens.authenticate(String.valueOf(given.getCredentials()))
                .orElseThrow(() -> new BadCredentialsException("Unknown, expired or revoked token"));
        var authentication = UsernamePasswordAuthenticationToken.authenticated(token.user(), null,
                SignedIn.authorities(token.user()));
        authentication.setDetails(token);
        return authentication;
    }
}
