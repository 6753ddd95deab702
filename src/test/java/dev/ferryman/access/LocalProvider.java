package dev.ferryman.access;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/** A real OpenID Connect provider on this machine: Spring Authorization Server, with people and groups of its own. */
final class LocalProvider implements AutoCloseable {
    static final String CLIENT = "ferryman";
    static final String SECRET = "a secret between two programs";
    static final String PASSWORD = "harbour, fog and bell";

    private static final Map<String, List<String>> GROUPS = new ConcurrentHashMap<>();
    private static final Map<String, Instant> LOGINS = new ConcurrentHashMap<>();
    private static volatile String client = "";
    private static volatile String issuer = "";

    private final int port;
    private final Tomcat tomcat = new Tomcat();

    /** One that has an address and is not up yet. */
    LocalProvider() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a person into groups. */
    void groups(String name, String... groups) {
        GROUPS.put(name, List.of(groups));
    }

    /** Makes the last login of a person one of long ago. */
    void loggedInLongAgo(String name) {
        LOGINS.put(name, Instant.EPOCH);
    }

    /** Where browsers may be sent back to. */
    void sendsBackTo(String base) {
        client = base;
    }

    void start() throws IOException, LifecycleException {
        issuer = issuer();
        File directory = Files.createTempDirectory(new File("target").toPath(), "provider").toFile();
        tomcat.setBaseDir(directory.getAbsolutePath());
        tomcat.getConnector().setPort(port);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        var site = tomcat.addContext("", directory.getAbsolutePath());
        site.addServletContainerInitializer((_, context) -> {
            var spring = new AnnotationConfigWebApplicationContext();
            spring.register(Rules.class);
            spring.setServletContext(context);
            spring.refresh();
            context.addFilter("security", new DelegatingFilterProxy("springSecurityFilterChain", spring))
                    .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        }, null);
        Tomcat.addServlet(site, "none", new DefaultServlet());
        site.addServletMappingDecoded("/", "none");
        tomcat.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() throws LifecycleException {
        if (tomcat.getServer().getState() != LifecycleState.DESTROYED) {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    /** Not annotated as configuration: the service under test must not find it. */
    @EnableWebSecurity
    static class Rules {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()));
            http.authorizeHttpRequests(allow -> allow.anyRequest().authenticated());
            http.formLogin(Customizer.withDefaults());
            // For its own address of claims about a person.
            http.oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
            http.addFilterAfter((request, response, chain) -> {
                promptedAgain((HttpServletRequest) request);
                chain.doFilter(request, response);
            }, SecurityContextHolderFilter.class);
            return http.build();
        }

        /** Spring Authorization Server leaves {@code prompt=login} to others. */
        private static void promptedAgain(HttpServletRequest request) {
            if (!"login".equals(request.getParameter("prompt"))) {
                return;
            }
            var session = request.getSession();
            if (session.getAttribute("prompted") == null) {
                session.setAttribute("prompted", true);
                session.removeAttribute("SPRING_SECURITY_CONTEXT");
                SecurityContextHolder.clearContext();
            } else {
                session.removeAttribute("prompted");
            }
        }

        @Bean
        ApplicationListener<InteractiveAuthenticationSuccessEvent> loginTimes() {
            return event -> LOGINS.put(event.getAuthentication().getName(), Clock.systemUTC().instant());
        }

        @Bean
        UserDetailsService people() {
            return new InMemoryUserDetailsManager(List.of("olga", "vera", "nina", "dana", "temp").stream()
                    .map(name -> User.withUsername(name).password("{noop}" + PASSWORD).roles("PERSON").build())
                    .toList());
        }

        @Bean
        RegisteredClientRepository clients() {
            return new RegisteredClientRepository() {
                @Override
                public void save(RegisteredClient ignored) {
                    // Asked to keep the secret in a better form; there is nothing to keep it for.
                }

                @Override
                public RegisteredClient findById(String id) {
                    return one();
                }

                @Override
                public RegisteredClient findByClientId(String id) {
                    return one();
                }
            };
        }

        private static RegisteredClient one() {
            return RegisteredClient.withId("1").clientId(CLIENT).clientSecret("{noop}" + SECRET)
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .redirectUri(client + "/login/oauth2/code/oidc").postLogoutRedirectUri(client + "/login?out")
                    .scope("openid").scope("profile").scope("email")
                    .clientSettings(
                            ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
                    .build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return context -> {
                Authentication who = Objects.requireNonNull(context.getPrincipal());
                String name = who.getName();
                context.getClaims().claim("preferred_username", name).claim("name", "Ms " + name)
                        .claim("groups", GROUPS.getOrDefault(name, List.of()))
                        .claim("auth_time", LOGINS.getOrDefault(name, Instant.EPOCH).getEpochSecond());
            };
        }

        @Bean
        JWKSource<SecurityContext> keys() throws NoSuchAlgorithmException {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pair = generator.generateKeyPair();
            return new ImmutableJWKSet<>(new JWKSet(new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey((RSAPrivateKey) pair.getPrivate()).keyID(UUID.randomUUID().toString()).build()));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().issuer(issuer).build();
        }
    }
}
