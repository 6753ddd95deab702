package dev.ferryman.access.internal;

import dev.ferryman.access.LoginOptions;
import dev.ferryman.access.LoginRefusal;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.WebAttributes;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * The rules on URLs. Three worlds: the API (bearer token, no session, no CSRF), operations (health for everybody,
 * metrics for known addresses or a token), and the pages (form login, session, CSRF).
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class SecurityConfiguration {
    /** Everything from this server, nothing inline, nothing framed. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    private static final String PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), "
            + "microphone=(), payment=(), usb=()";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final List<String> PROXY_HEADERS = List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
            "X-Real-IP", "Via");

    @Bean
    UserDetailsService userDetailsService(UserRows users) {
        return username -> users.findByUsername(username.strip().toLowerCase(Locale.ROOT))
                .filter(row -> !row.external()).map(SignedIn::new)
                .orElseThrow(() -> new UsernameNotFoundException("No such user"));
    }

    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http, BearerTokens bearer, Problems problems, RateLimit limit)
            throws Exception {
        stateless(http, bearer, problems, limit).securityMatcher("/api/**", "/v3/api-docs/**", "/v3/api-docs.yaml");
        http.authorizeHttpRequests(allow -> allow.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                .permitAll().requestMatchers("/v3/api-docs/**", "/v3/api-docs.yaml").permitAll()
                .requestMatchers("/api/*/users/**").hasRole(Role.ADMINISTRATOR.name())
                .requestMatchers(HttpMethod.POST, "/api/*/sql-reviews").access(SecurityConfiguration::isSomebody)
                .anyRequest().access(SecurityConfiguration::mayAsk));
        return http.build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain operations(HttpSecurity http, BearerTokens bearer, Problems problems,
            AccessProperties properties, RateLimit limit) throws Exception {
        var networks = properties.metricsFrom().stream().map(IpAddressMatcher::new).toList();
        stateless(http, bearer, problems, limit).securityMatcher("/actuator/**", "/health", "/health/**");
        http.authorizeHttpRequests(allow -> allow.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                .requestMatchers(PublicPaths.HEALTH).permitAll().anyRequest()
                .access((who, context) -> new AuthorizationDecision(isFrom(networks, context.getRequest())
                        || TokenScopes.has(who.get(), Scope.READ))));
        return http.build();
    }

    private static boolean isFrom(List<IpAddressMatcher> networks, HttpServletRequest request) {
        return PROXY_HEADERS.stream().allMatch(name -> request.getHeader(name) == null)
                && networks.stream().anyMatch(network -> network.matches(request.getRemoteAddr()));
    }

    private static HttpSecurity stateless(HttpSecurity http, BearerTokens bearer, Problems problems, RateLimit limit)
            throws Exception {
        var filter = new AuthenticationFilter(bearer, bearer);
        filter.setSuccessHandler((_, _, _) -> {
            // The request goes on; nothing is answered here.
        });
        filter.setFailureHandler((request, response, _) -> {
            if (!limit.refusesStranger(request, response)) {
                problems.unauthorized(request, response);
            }
        });
        http.headers(headers -> headers
                .contentSecurityPolicy(csp -> csp.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                .httpStrictTransportSecurity(SecurityConfiguration::overTls));
        return http.csrf(AbstractHttpConfigurer::disable).requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(filter, UsernamePasswordAuthenticationFilter.class)
                .addFilterAfter(limit, AuthenticationFilter.class)
                .exceptionHandling(
                        handling -> handling
                                .authenticationEntryPoint(
                                        (request, response, _) -> problems.unauthorized(request, response))
                                .accessDeniedHandler((request, response, _) -> problems.forbidden(request, response)));
    }

    @Bean
    @Order(3)
    SecurityFilterChain pages(HttpSecurity http, UserRows users, LoginThrottle throttle, Devices devices, Logins logins,
            RateLimit limit, AccessProperties properties, ObjectProvider<OidcProvider> provider,
            ProviderUsers providerUsers) throws Exception {
        var attempts = new LoginAttempts(properties, throttle, devices, logins);
        var success = attempts.success();
        success.setDefaultTargetUrl("/");
        http.authorizeHttpRequests(allow -> allow.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                .permitAll().requestMatchers(PublicPaths.STATIC).permitAll()
                .requestMatchers("/login", LoginRefusal.PATH, "/error").permitAll()
                .requestMatchers("/users", "/users/**").hasRole(Role.ADMINISTRATOR.name())
                .requestMatchers("/account", "/account/**").authenticated()
                .requestMatchers("/schema-changes/review").access(SecurityConfiguration::isSomebody)
                .anyRequest().access(SecurityConfiguration::mayAsk));
        http.formLogin(form -> form.loginPage(LoginAttempts.LOGIN).successHandler(success).failureHandler(attempts));
        http.logout(logout -> logout.logoutSuccessUrl("/login?out"));
        var known = provider.getIfAvailable();
        if (known != null) {
            new ProviderLogins(known, logins).configure(http, providerUsers);
        }
        http.addFilterAfter(new SessionGuard(users, logins), SecurityContextHolderFilter.class);
        http.addFilterAfter(limit, SessionGuard.class);
        http.addFilterBefore(attempts, UsernamePasswordAuthenticationFilter.class);
        http.headers(
                headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(contentSecurityPolicy(properties)))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                        .permissionsPolicyHeader(nothing -> nothing.policy(PERMISSIONS))
                        .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .crossOriginResourcePolicy(resource -> resource.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
                        .httpStrictTransportSecurity(SecurityConfiguration::overTls));
        http.exceptionHandling(
                handling -> handling.authenticationEntryPoint(toLogin()).accessDeniedHandler(refusal()));
        return http.build();
    }

    /** Not of other hosts below this one: they are not ours to decide about. */
    private static void overTls(HeadersConfigurer<HttpSecurity>.HstsConfig hsts) {
        hsts.includeSubDomains(false);
    }

    /** The answer to the log-out form leads to the provider, which browsers count as an action of the form. */
    private static String contentSecurityPolicy(AccessProperties properties) {
        var oidc = properties.oidc();
        if (oidc == null) {
            return CONTENT_SECURITY_POLICY;
        }
        var issuer = URI.create(oidc.issuer());
        return CONTENT_SECURITY_POLICY + " " + issuer.getScheme() + "://" + issuer.getAuthority();
    }

    @Bean
    LoginOptions loginOptions(AccessProperties properties) {
        var oidc = properties.oidc();
        return new LoginOptions(oidc == null ? null : oidc.name(), OidcProvider.START, properties.localLogin());
    }

    @Bean
    RateLimit rateLimit(AccessProperties properties) {
        return new RateLimit(properties.rate());
    }

    /** The security chains ask it where they know who is there, and nobody else. */
    @Bean
    FilterRegistrationBean<RateLimit> rateLimitInChainsOnly(RateLimit limit) {
        var registration = new FilterRegistrationBean<RateLimit>(limit);
        registration.setEnabled(false);
        return registration;
    }

    /** A part that a script asks for cannot become the login page: the whole page has to go there. */
    private static AuthenticationEntryPoint toLogin() {
        var page = new LoginUrlAuthenticationEntryPoint(LoginAttempts.LOGIN);
        return (request, response, refused) -> {
            if (request.getHeader("HX-Request") == null) {
                page.commence(request, response, refused);
            } else {
                response.setHeader("HX-Refresh", "true");
                response.setStatus(HttpStatus.UNAUTHORIZED.value());
            }
        };
    }

    /** A form that outlived its session is answered with a fresh login page where nothing is lost by it. */
    private static AccessDeniedHandler refusal() {
        var page = new AccessDeniedHandlerImpl();
        var entry = PathPatternRequestMatcher.withDefaults();
        var harmless = Arrays.asList(entry.matcher(LoginAttempts.LOGIN), entry.matcher("/logout"));
        return (request, response, refused) -> {
            if (refused instanceof CsrfException && harmless.stream().anyMatch(path -> path.matches(request))) {
                response.sendRedirect(request.getContextPath() + "/login?again");
            } else {
                request.setAttribute(WebAttributes.ACCESS_DENIED_403, refused);
                page.handle(request, response, refused);
            }
        };
    }

    /** A review sends text and changes nothing, so viewers may ask for one. */
    private static AuthorizationDecision isSomebody(Supplier<? extends @Nullable Authentication> who,
            RequestAuthorizationContext context) {
        return new AuthorizationDecision(SignedIn.user(who.get()).isPresent());
    }

    /** Everybody who is signed in may look; who holds no role but viewer may change nothing. */
    private static AuthorizationDecision mayAsk(Supplier<? extends @Nullable Authentication> who,
            RequestAuthorizationContext context) {
        var user = SignedIn.user(who.get());
        boolean reads = READING.contains(context.getRequest().getMethod());
        return new AuthorizationDecision(user.isPresent() && (reads || user.get().mayChange()));
    }
}
