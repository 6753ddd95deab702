package dev.ferryman.access.internal;

import dev.ferryman.access.LoginOptions;
import dev.ferryman.access.LoginRefusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.util.UrlUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Logging in at an OpenID Connect provider: authorization code with PKCE, and afterwards a session like any other. The
 * provider's tokens are used for nothing and not kept, but for the ID token, which ends the provider's session at
 * log-out.
 */
final class ProviderLogins extends SavedRequestAwareAuthenticationSuccessHandler
        implements
            AuthenticationFailureHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderLogins.class);
    private static final String ID_TOKEN = ProviderLogins.class.getName() + ".idToken";
    private static final String FRESH = "fresh";

    private final OidcProvider provider;
    private final Logins logins;
    private final HttpSessionSecurityContextRepository contexts = new HttpSessionSecurityContextRepository();

    ProviderLogins(OidcProvider provider, Logins logins) {
        this.provider = provider;
        this.logins = logins;
        setDefaultTargetUrl("/");
    }

    void configure(HttpSecurity http, ProviderUsers users) throws Exception {
        http.oauth2Login(login -> {
            login.loginPage(LoginAttempts.LOGIN).clientRegistrationRepository(provider)
                    .authorizedClientRepository(new Forgotten()).successHandler(this).failureHandler(this);
            login.authorizationEndpoint(begin -> begin.authorizationRequestResolver(new Requests(provider)));
            login.userInfoEndpoint(info -> info.oidcUserService(users));
            login.withObjectPostProcessor(new ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter>() {
                @Override
                public <O extends OAuth2AuthorizationRequestRedirectFilter> O postProcess(O filter) {
                    filter.setAuthenticationFailureHandler(ProviderLogins.this);
                    return filter;
                }
            });
        });
        http.logout(logout -> logout.addLogoutHandler((request, _, _) -> keepIdToken(request))
                .logoutSuccessHandler((request, response, _) -> response.sendRedirect(afterLogout(request))));
    }

    @Override
    public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response,
            Authentication authentication) throws ServletException, IOException {
        if (!(authentication.getPrincipal() instanceof ProviderUser vouched)) {
            throw new IllegalStateException("A login at the provider without its user");
        }
        var user = vouched.user();
        user.eraseCredentials();
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(user, null, user.getAuthorities()));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
        var session = request.getSession();
        // A session of the provider may be from this morning: what counts is when the person proved who it is.
        logins.begin(session, vouched.getAuthenticatedAt() == null ? Instant.EPOCH : vouched.getAuthenticatedAt());
        session.setAttribute(ID_TOKEN, vouched.getIdToken().getTokenValue());
        LOG.info("User {} logged in at {} from {}", user.getUsername(), provider.settings().name(),
                request.getRemoteAddr());
        if (session.getAttribute(LoginOptions.BACK) instanceof String back) {
            session.removeAttribute(LoginOptions.BACK);
            response.sendRedirect(back);
            return;
        }
        super.onAuthenticationSuccess(request, response, authentication);
    }

    @Override
    public void onAuthenticationFailure(HttpServletRequest request, HttpServletResponse response,
            AuthenticationException failure) throws IOException, ServletException {
        SecurityContextHolder.clearContext();
        if (failure instanceof OAuth2AuthenticationException refused
                && refused.getError().getErrorCode().equals(ProviderUsers.REFUSED)) {
            show(request, response, HttpStatus.FORBIDDEN, new LoginRefusal(String.valueOf(refused.getMessage()),
                    String.valueOf(refused.getError().getDescription())));
            return;
        }
        var error = failure instanceof OAuth2AuthenticationException known ? known.getError().getErrorCode() : "away";
        LOG.warn("A login at {} from {} came to nothing: {}", provider.settings().name(), request.getRemoteAddr(),
                // Without what the provider or the browser wrote: an error code is all there is to trust.
                error.matches("[a-z_]{1,64}") ? error : "error");
        show(request, response, HttpStatus.SERVICE_UNAVAILABLE,
                new LoginRefusal(provider.settings().name() + " did not log you in: it is away, or refused.",
                        "Try again; if it stays like this, ask an administrator."));
    }

    private static void show(HttpServletRequest request, HttpServletResponse response, HttpStatus status,
            LoginRefusal refusal) throws ServletException, IOException {
        response.setStatus(status.value());
        request.setAttribute(LoginRefusal.ATTRIBUTE, refusal);
        request.getRequestDispatcher(LoginRefusal.PATH).forward(request, response);
    }

    private static void keepIdToken(HttpServletRequest request) {
        var session = request.getSession(false);
        if (session != null && session.getAttribute(ID_TOKEN) instanceof String token) {
            request.setAttribute(ID_TOKEN, token);
        }
    }

    /** Where the browser goes to end the provider's session too; our own login page where there is none. */
    private String afterLogout(HttpServletRequest request) {
        var own = request.getContextPath() + "/login?out";
        var token = request.getAttribute(ID_TOKEN);
        return token == null
                ? own
                : provider.endOfSession().map(end -> UriComponentsBuilder.fromUriString(end)
                        .queryParam("id_token_hint", "{token}").queryParam("post_logout_redirect_uri", "{back}")
                        .encode().buildAndExpand(token, back(request)).toUriString()).orElse(own);
    }

    private static String back(HttpServletRequest request) {
        return UrlUtils.buildFullRequestUrl(request.getScheme(), request.getServerName(), request.getServerPort(),
                request.getContextPath() + LoginAttempts.LOGIN, "out");
    }

    /** Requests to the provider: with PKCE, and on demand only content with a login that happens now. */
    private static final class Requests implements OAuth2AuthorizationRequestResolver {
        private final DefaultOAuth2AuthorizationRequestResolver usual;

        Requests(OidcProvider provider) {
            usual = new DefaultOAuth2AuthorizationRequestResolver(provider);
            usual.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        }

        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
            return fresh(request, usual.resolve(request));
        }

        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String id) {
            return fresh(request, usual.resolve(request, id));
        }

        private static @Nullable OAuth2AuthorizationRequest fresh(HttpServletRequest request,
                @Nullable OAuth2AuthorizationRequest usual) {
            return usual == null || request.getParameter(FRESH) == null
                    ? usual
                    : OAuth2AuthorizationRequest.from(usual).additionalParameters(parameters -> {
                        parameters.put("max_age", "0");
                        parameters.put("prompt", "login");
                    }).build();
        }
    }

    /** Nothing is done in anybody's name at the provider: its access tokens are not kept. */
    private static final class Forgotten implements OAuth2AuthorizedClientRepository {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Spring Security's own signature.
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(String id, Authentication who,
                HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(OAuth2AuthorizedClient client, Authentication who, HttpServletRequest request,
                HttpServletResponse response) {
            // Not kept.
        }

        @Override
        public void removeAuthorizedClient(String id, Authentication who, HttpServletRequest request,
                HttpServletResponse response) {
            // Never kept.
        }
    }
}
