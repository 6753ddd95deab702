package dev.ferryman.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Logging in at a real OpenID Connect provider, which runs on this machine. */
@StateStores.OnSqlite
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OidcLoginTest {
    private static final String PASSWORD = "salt, rope and lantern";
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern PROVIDERS_TOKEN = Pattern
            .compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");
    private static final LocalProvider PROVIDER = new LocalProvider();

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    @DynamicPropertySource
    static void a_provider_that_is_not_up_yet(DynamicPropertyRegistry settings) throws IOException {
        Path secret = Files.writeString(Files.createTempFile(Path.of("target"), "client", ".secret"),
                LocalProvider.SECRET).toAbsolutePath();
        settings.add("ferryman.access.oidc.issuer", PROVIDER::issuer);
        settings.add("ferryman.access.oidc.name", () -> "Harbour ID");
        settings.add("ferryman.access.oidc.client-id", () -> LocalProvider.CLIENT);
        settings.add("ferryman.access.oidc.client-secret", () -> "file:" + secret);
        settings.add("ferryman.access.oidc.roles.dba", () -> "databases");
        settings.add("ferryman.access.oidc.roles.operator", () -> "platform,night-shift");
        settings.add("ferryman.access.local-login", () -> "false");
        settings.add("ferryman.access.break-glass-user", () -> "harbour-master");
    }

    @BeforeEach
    void people_and_their_groups() {
        PROVIDER.sendsBackTo("http://localhost:" + port);
        PROVIDER.groups("olga", "everybody", "databases", "night-shift");
        PROVIDER.groups("vera", "platform");
        PROVIDER.groups("nina", "everybody");
        PROVIDER.groups("dana", "databases");
    }

    @AfterAll
    static void closes() throws Exception {
        PROVIDER.close();
    }

    /** A browser: follows every redirect and keeps cookies of both sides. */
    private final class Browser implements AutoCloseable {
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.NORMAL).build();

        HttpResponse<String> go(String path) {
            return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)));
        }

        HttpResponse<String> fill(URI form, Map<String, String> fields) {
            String body = fields.entrySet().stream()
                    .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            return send(HttpRequest.newBuilder(form).header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(body)));
        }

        HttpResponse<String> post(String page, String path, Map<String, String> fields) {
            var found = CSRF.matcher(go(page).body());
            assertThat(found.find()).isTrue();
            var all = new HashMap<>(fields);
            all.put("_csrf", found.group(1));
            return fill(URI.create("http://localhost:" + port + path), all);
        }

        /** From the button on our login page through the provider's form back to us. */
        HttpResponse<String> logIn(String name) {
            return at(go("/oauth2/authorization/oidc"), name);
        }

        HttpResponse<String> at(HttpResponse<String> providersForm, String name) {
            assertThat(providersForm.uri().toString()).startsWith(PROVIDER.issuer() + "/login");
            var token = PROVIDERS_TOKEN.matcher(providersForm.body());
            assertThat(token.find()).as(providersForm.body()).isTrue();
            return fill(URI.create(PROVIDER.issuer() + "/login"),
                    Map.of("username", name, "password", LocalProvider.PASSWORD, "_csrf", token.group(1)));
        }

        /** As if the browser had been closed: our session is gone, the provider's is not. */
        void forgetUs() {
            cookies.getCookieStore().getCookies().stream().filter(it -> it.getName().equals("ferryman")).toList()
                    .forEach(it -> cookies.getCookieStore().remove(null, it));
            assertThat(go("/account").uri().getPath()).isEqualTo("/login");
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return http.send(request.header("Accept", "text/html").build(), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    @Test
    @Order(1)
    void a_provider_that_is_away_is_one_clear_line_and_no_obstacle_once_it_is_back(CapturedOutput output)
            throws Exception {
        try (var person = new Browser()) {
            var page = person.go("/oauth2/authorization/oidc");
            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.body()).contains("Harbour ID did not log you in", "Log in with Harbour ID");
            assertThat(output.getAll().lines().filter(line -> line.contains(PROVIDER.issuer()))).hasSize(1)
                    .allSatisfy(line -> assertThat(line).contains("does not answer as one"));

            PROVIDER.start();
            assertThat(person.logIn("olga").uri().getPath()).isEqualTo("/");
        }
    }

    @Test
    @Order(2)
    void the_first_login_makes_a_user_and_each_one_brings_the_roles_up_to_date() throws Exception {
        try (var person = new Browser()) {
            var home = person.logIn("olga");
            assertThat(home.statusCode()).as(home.body()).isEqualTo(200);
            assertThat(home.uri().getPath()).isEqualTo("/");
            var olga = users.find("olga").orElseThrow();
            assertThat(olga.displayName()).isEqualTo("Ms olga");
            assertThat(olga.roles()).containsExactlyInAnyOrder(Role.DBA, Role.OPERATOR);
            assertThat(olga.external()).isTrue();
            assertThat(person.go("/users").statusCode()).isEqualTo(403);

            PROVIDER.groups("olga", "databases");
            person.forgetUs();
            assertThat(person.go("/oauth2/authorization/oidc").uri().getPath())
                    .as("its session goes on, to where the person was going").isEqualTo("/account");
            assertThat(users.find("olga").orElseThrow().roles()).containsExactly(Role.DBA);
        }
    }

    @Test
    @Order(3)
    void nobody_comes_in_without_a_mapped_role_nor_when_disabled_nor_by_being_called_like_a_local_user() {
        users.create("dana", "Dana, local", Set.of(Role.ADMINISTRATOR), Secret.of(PASSWORD));
        try (var nina = new Browser(); var dana = new Browser(); var vera = new Browser()) {
            var none = nina.logIn("nina");
            assertThat(none.statusCode()).isEqualTo(403);
            assertThat(none.body()).contains("No role of Ferryman is mapped to you at Harbour ID.");
            assertThat(users.find("nina")).isEmpty();
            assertThat(nina.go("/account").uri().getPath()).isEqualTo("/login");

            assertThat(dana.logIn("dana").body()).contains("There is another user dana already.");
            assertThat(users.find("dana").orElseThrow().roles()).containsExactly(Role.ADMINISTRATOR);

            assertThat(vera.logIn("vera").statusCode()).isEqualTo(200);
            users.change("vera", "Vera", Set.of(Role.OPERATOR), false, new CurrentUser("dana", "", Set.of()));
            assertThat(vera.go("/account").uri().getPath()).as("at once").isEqualTo("/login");
            assertThat(vera.go("/oauth2/authorization/oidc").body()).contains("Your account is disabled.");
        }
    }

    @Test
    @Order(4)
    void what_cannot_be_taken_back_wants_a_login_at_the_provider_that_is_not_old() {
        try (var person = new Browser()) {
            person.logIn("olga");
            PROVIDER.loggedInLongAgo("olga");
            person.forgetUs();
            person.go("/oauth2/authorization/oidc");
            var token = Map.of("name", "nightly", "days", "3", "scopes", "switch");

            var asked = person.post("/account", "/account/tokens", token);
            assertThat(asked.statusCode()).isEqualTo(403);
            assertThat(asked.body()).contains("Confirm that it is you", "Log in at Harbour ID again",
                    "/login/again?to=/account", "Is Harbour ID away?", "/login?emergency");
            var again = person.at(person.go("/login/again?to=/account"), "olga");
            assertThat(again.uri().getPath()).isEqualTo("/account");
            assertThat(person.post("/account", "/account/tokens", token).body()).contains("The token nightly is made.");

            assertThat(person.go("/login/again?to=//evil.example/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    @Order(5)
    void logging_out_ends_the_session_of_the_provider_too() {
        try (var person = new Browser()) {
            person.logIn("olga");
            var out = person.post("/account", "/logout", Map.of());

            assertThat(out.uri().toString()).isEqualTo("http://localhost:" + port + "/login?out");
            assertThat(out.body()).contains("You are logged out.");
            assertThat(person.go("/oauth2/authorization/oidc").uri().toString()).as("asks for the password again")
                    .startsWith(PROVIDER.issuer() + "/login");
        }
    }

    @Test
    @Order(6)
    void with_passwords_switched_off_only_the_one_user_for_emergencies_logs_in_with_one() {
        users.create("harbour-master", "H", Set.of(Role.ADMINISTRATOR), Secret.of(PASSWORD));
        users.create("local", "L", Set.of(Role.DBA), Secret.of(PASSWORD));
        try (var person = new Browser()) {
            assertThat(person.go("/login").body()).contains("Log in with Harbour ID")
                    .doesNotContain("name=\"password\"");
            var refused = person.post("/login?emergency", "/login", Map.of("username", "local", "password", PASSWORD));
            assertThat(refused.statusCode()).isEqualTo(401);
            var spelled = person.post("/login?emergency", "/%6Cogin",
                    Map.of("username", "local", "password", PASSWORD));
            assertThat(spelled.statusCode()).as("the same address in other letters").isEqualTo(401);
            var olga = person.post("/login?emergency", "/login", Map.of("username", "olga", "password", "!"));
            assertThat(olga.statusCode()).isEqualTo(401);

            var inside = person.post("/login?emergency", "/login",
                    Map.of("username", "harbour-master", "password", PASSWORD));
            assertThat(inside.uri().getPath()).isEqualTo("/");
            var olgas = person.go("/users/olga");
            assertThat(olgas.body()).contains("Harbour ID").doesNotContain("Reset the password");
        }
    }

    /** At three in the morning: only an administrator is left, who has no part in any runbook yet. */
    @Test
    @Order(7)
    void while_the_provider_is_away_the_user_for_emergencies_takes_the_role_that_is_needed() throws Exception {
        PROVIDER.close();
        try (var person = new Browser()) {
            person.post("/login?emergency", "/login", Map.of("username", "harbour-master", "password", PASSWORD));
            var taken = person.post("/users/harbour-master", "/users/harbour-master",
                    Map.of("displayName", "H", "enabled", "true", "roles", "administrator,operator"));
            assertThat(taken.body()).contains("The changes to harbour-master are saved.");
            assertThat(users.find("harbour-master").orElseThrow().roles()).contains(Role.OPERATOR);
        }
    }
}
