package dev.ferryman.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ferryman.access.internal.Sha256;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.store.Instants;
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
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** Who gets in and who does not, through real HTTP. */
@StateStores.OnSqlite
@ExtendWith(OutputCaptureExtension.class)
class AccessRulesTest {
    private static final String PASSWORD = "salt, rope and lantern";
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final AtomicInteger NAMES = new AtomicInteger();

    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Autowired
    Tokens tokens;
    @Autowired
    WebApplicationContext context;
    @Autowired
    JdbcClient store;
    @Autowired
    Clock clock;

    private String admin = "";

    @BeforeEach
    void an_administrator() {
        admin = user(Role.ADMINISTRATOR);
    }

    /** A user nobody has failed to log in as yet. */
    private String user(Role... roles) {
        var name = "user-" + NAMES.incrementAndGet();
        users.create(name, name, Set.of(roles), Secret.of(PASSWORD));
        return name;
    }

    private CurrentUser as(String name) {
        var user = users.find(name).orElseThrow();
        return new CurrentUser(name, user.displayName(), user.roles());
    }

    /** A browser without a window: cookies, redirects shown. */
    private final class Visitor implements AutoCloseable {
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        private final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();

        HttpResponse<String> get(String path, String... headers) {
            return send(request(path, headers).GET());
        }

        HttpResponse<String> postWithoutToken(String path, String form) {
            return send(request(path, "Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form)));
        }

        HttpResponse<String> post(String page, String path, String form) {
            var found = CSRF.matcher(get(page).body());
            assertThat(found.find()).as("CSRF token on " + page).isTrue();
            return postWithoutToken(path, form + "&_csrf=" + encode(found.group(1)));
        }

        HttpResponse<String> logIn(String name, String password) {
            return post("/login", "/login", "username=" + encode(name) + "&password=" + encode(password));
        }

        String session() {
            return cookies.getCookieStore().getCookies().stream().filter(cookie -> cookie.getName().equals("ferryman"))
                    .findFirst().orElseThrow().getValue();
        }

        private HttpRequest.Builder request(String path, String... headers) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
            return headers.length == 0 ? request : request.headers(headers);
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return client.send(request.build(), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("").replaceFirst("^https?://[^/]+", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/cutovers/1", "/templates", "/users", "/account", "/no/such/page"})
    void every_page_leads_a_stranger_to_the_login(String path) {
        try (var stranger = new Visitor()) {
            var answer = stranger.get(path);

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(location(answer)).isEqualTo("/login");
        }
    }

    @Test
    void a_part_asked_for_by_a_script_makes_the_whole_page_go_to_the_login() {
        try (var stranger = new Visitor()) {
            var answer = stranger.get("/", "HX-Request", "true");

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("HX-Refresh")).hasValue("true");
        }
    }

    @Test
    void the_right_password_leads_where_the_person_wanted_to_go_under_a_new_session() {
        try (var person = new Visitor()) {
            person.get("/account");
            person.get("/login");
            var before = person.session();
            var answer = person.logIn(admin, PASSWORD);

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(location(answer)).startsWith("/account");
            assertThat(person.session()).as("session fixation").isNotEqualTo(before);
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .anySatisfy(cookie -> assertThat(cookie).startsWith("ferryman=").contains("HttpOnly",
                            "SameSite=Lax"))
                    .anySatisfy(cookie -> assertThat(cookie).startsWith("ferryman-device=").contains("HttpOnly",
                            "SameSite=Strict"));
            assertThat(person.get("/account").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void five_wrong_passwords_have_to_wait_even_with_the_right_one_and_nobody_else_does() {
        var other = user(Role.DBA);
        try (var person = new Visitor(); var second = new Visitor()) {
            for (int i = 1; i < 5; i++) {
                assertThat(person.logIn(admin, "wrong wrong wrong").statusCode()).isEqualTo(401);
            }
            assertThat(person.logIn(admin, "wrong wrong wrong").statusCode()).isEqualTo(429);
            var refused = person.logIn(admin, PASSWORD);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 30);
            assertThat(refused.body()).contains("Too many attempts have failed.", "Try again in");
            assertThat(second.logIn(other, PASSWORD).statusCode()).isEqualTo(302);
        }
    }

    @Test
    void an_unknown_user_and_a_disabled_one_are_answered_like_a_wrong_password() {
        var disabled = user(Role.DBA);
        users.change(disabled, disabled, Set.of(Role.DBA), false, as(admin));
        try (var person = new Visitor()) {
            for (var name : List.of(user(Role.DBA), disabled, "nobody-at-all")) {
                var answer = person.logIn(name, name.equals(disabled) ? PASSWORD : "wrong wrong wrong");

                assertThat(answer.statusCode()).as(name).isEqualTo(401);
                assertThat(answer.body()).contains("Username or password is wrong, or the account is disabled.");
            }
        }
    }

    @Test
    void a_form_without_its_token_changes_nothing() {
        try (var person = new Visitor()) {
            person.logIn(admin, PASSWORD);
            var answer = person.postWithoutToken("/users", "username=intruder&displayName=I&roles=administrator");

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("This page was open for too long");
            assertThat(users.find("intruder")).isEmpty();
        }
    }

    @Test
    void a_login_page_older_than_its_session_is_given_anew() {
        try (var person = new Visitor()) {
            var answer = person.postWithoutToken("/login", "username=" + admin + "&password=" + encode(PASSWORD));

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(location(answer)).isEqualTo("/login?again");
        }
    }

    @Test
    void only_administrators_see_and_change_users() {
        var dba = user(Role.DBA, Role.OPERATOR);
        try (var person = new Visitor(); var administrator = new Visitor()) {
            person.logIn(dba, PASSWORD);
            administrator.logIn(admin, PASSWORD);

            assertThat(person.get("/users").statusCode()).isEqualTo(403);
            assertThat(person.get("/users").body()).contains("You may not do this");
            assertThat(person.get("/users/" + admin).statusCode()).isEqualTo(403);
            assertThat(person.post("/account", "/users", "username=intruder&displayName=I").statusCode())
                    .isEqualTo(403);
            assertThat(administrator.get("/users").statusCode()).isEqualTo(200);
            assertThat(administrator.get("/users/no-such-user").statusCode()).isEqualTo(404);
            assertThat(users.find("intruder")).isEmpty();
        }
    }

    @Test
    void a_viewer_may_look_but_every_change_is_refused() {
        var viewer = user(Role.VIEWER);
        try (var person = new Visitor()) {
            person.logIn(viewer, PASSWORD);
            assertThat(person.post("/account", "/cutovers/1/abort", "version=1").statusCode()).isEqualTo(403);

            var token = tokens.create(as(viewer), "look", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                    .reveal();
            var request = person.request("/api/v1/cutovers", "Authorization", "Bearer " + token, "Content-Type",
                    "application/json").POST(BodyPublishers.ofString("{}"));
            assertThat(person.send(request).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void disabling_a_user_or_changing_the_password_ends_the_session_at_once() {
        var dba = user(Role.DBA);
        try (var person = new Visitor()) {
            person.logIn(dba, PASSWORD);
            assertThat(person.get("/account").statusCode()).isEqualTo(200);
            users.change(dba, dba, Set.of(Role.DBA), false, as(admin));
            assertThat(location(person.get("/account"))).isEqualTo("/login");

            users.change(dba, dba, Set.of(Role.DBA), true, as(admin));
            person.logIn(dba, PASSWORD);
            users.resetPassword(dba, as(admin));
            assertThat(location(person.get("/account"))).isEqualTo("/login");
        }
    }

    @Test
    void a_role_taken_away_counts_from_the_next_click() {
        var second = user(Role.ADMINISTRATOR);
        try (var person = new Visitor()) {
            person.logIn(second, PASSWORD);
            assertThat(person.get("/users").statusCode()).isEqualTo(200);
            users.change(second, second, Set.of(Role.DBA), true, as(admin));
            assertThat(person.get("/users").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void logging_out_ends_the_session() {
        try (var person = new Visitor()) {
            person.logIn(admin, PASSWORD);
            var answer = person.post("/account", "/logout", "");

            assertThat(location(answer)).isEqualTo("/login?out");
            assertThat(location(person.get("/account"))).isEqualTo("/login");
        }
    }

    @Test
    void the_api_wants_a_token_and_answers_with_problems() {
        try (var page = new Visitor(); var client = new Visitor()) {
            page.logIn(admin, PASSWORD);
            var bySession = page.get("/api/v1/cutovers");
            assertThat(bySession.statusCode()).as("a session is no token").isEqualTo(401);
            assertThat(bySession.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(bySession.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(bySession.body()).contains("\"status\":401", "\"next\":");

            assertThat(client.get("/api/v1/cutovers", "Authorization", "Bearer fmt_made-up").statusCode())
                    .isEqualTo(401);

            var token = tokens.create(as(admin), "test", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                    .reveal();
            var missing = client.get("/api/v1/no-such-thing", "Authorization", "Bearer " + token);
            assertThat(missing.statusCode()).isEqualTo(404);
            assertThat(missing.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(missing.headers().firstValue("Set-Cookie")).as("stateless").isEmpty();
        }
    }

    @Test
    void every_page_allows_no_inline_script_and_no_frame() {
        try (var stranger = new Visitor()) {
            var policy = stranger.get("/login").headers().firstValue("Content-Security-Policy").orElseThrow();

            assertThat(policy).contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
        }
    }

    @Test
    void every_answer_tells_the_browser_to_keep_it_to_itself() throws Exception {
        try (var person = new Visitor()) {
            person.logIn(admin, PASSWORD);
            var page = person.get("/account").headers();
            assertThat(page.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(page.firstValue("X-Frame-Options")).hasValue("DENY");
            assertThat(page.firstValue("Referrer-Policy")).hasValue("same-origin");
            assertThat(page.firstValue("Permissions-Policy").orElseThrow()).contains("camera=()", "geolocation=()");
            assertThat(page.firstValue("Cross-Origin-Opener-Policy")).hasValue("same-origin");
            assertThat(page.firstValue("Cache-Control").orElseThrow()).contains("no-store");
            assertThat(page.firstValue("Strict-Transport-Security")).as("without TLS").isEmpty();
            assertThat(person.get("/css/ferryman.css").headers().firstValue("Cache-Control").orElseThrow())
                    .contains("max-age");
            var api = person.get("/api/v1/cutovers").headers();
            assertThat(api.firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'none'");
            assertThat(api.firstValue("Cache-Control").orElseThrow()).contains("no-store");
        }
        var overTls = MockMvcBuilders.webAppContextSetup(context).apply(SecurityMockMvcConfigurers.springSecurity())
                .build().perform(MockMvcRequestBuilders.get("/login").secure(true)).andReturn().getResponse();
        assertThat(overTls.getHeader("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    }

    @Test
    void an_account_that_is_guessed_at_shows_as_locked_and_an_administrator_lifts_it() {
        var dba = user(Role.DBA);
        try (var known = new Visitor(); var stranger = new Visitor(); var administrator = new Visitor()) {
            assertThat(known.logIn(dba, PASSWORD).statusCode()).isEqualTo(302);
            known.post("/account", "/logout", "");
            lock(dba);
            assertThat(stranger.logIn(dba, PASSWORD).statusCode()).isEqualTo(429);
            assertThat(known.logIn(dba, PASSWORD).statusCode()).as("a browser of the owner's").isEqualTo(302);

            administrator.logIn(admin, PASSWORD);
            assertThat(administrator.get("/users").body()).contains("locked");
            assertThat(administrator.get("/users/" + dba).body()).contains("Lift the lock");
            administrator.post("/users/" + dba, "/users/" + dba + "/unlock", "");
            assertThat(stranger.logIn(dba, PASSWORD).statusCode()).isEqualTo(302);
        }
    }

    /** As fifty wrong passwords from as many addresses do. */
    private void lock(String username) {
        store.sql("INSERT INTO access_login_failure (id, failures, last_at) VALUES (?, 50, ?)")
                .param(Sha256.of("account " + username)).param(Instants.text(clock.instant())).update();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/actuator/health"})
    void health_is_readable_by_everybody_and_shows_each_pool_and_nothing_else(String path) {
        try (var stranger = new Visitor()) {
            var health = stranger.get(path);

            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("\"status\":\"UP\"", "\"state-store\"", "\"min\":", "\"max\":8",
                    "\"active\":").doesNotContain("jdbc", "/target", "diskSpace");
            assertThat(stranger.get(path + "/liveness").statusCode()).isEqualTo(200);
            assertThat(stranger.get(path + "/readiness").body()).contains("\"pools\"");
        }
    }

    @Test
    void metrics_are_for_this_machine_or_a_token_and_other_endpoints_are_not_there() {
        try (var client = new Visitor()) {
            assertThat(client.get("/actuator/prometheus").statusCode()).isEqualTo(200);
            assertThat(client.get("/actuator/prometheus", "X-Forwarded-For", "127.0.0.1").statusCode())
                    .as("through a proxy").isEqualTo(401);
            var token = tokens.create(as(admin), "scrape", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                    .reveal();
            assertThat(client.get("/actuator/prometheus", "X-Forwarded-For", "10.1.2.3", "Authorization",
                    "Bearer " + token).statusCode()).isEqualTo(200);
            assertThat(client.get("/actuator/env").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void promtool_finds_nothing_to_complain_about(@TempDir Path directory) throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of))
                .as("promtool is installed").anyMatch(place -> Files.isExecutable(place.resolve("promtool")));
        try (var client = new Visitor()) {
            client.logIn(admin, PASSWORD);
            client.get("/users");
            var metrics = Files.writeString(directory.resolve("metrics"), client.get("/actuator/prometheus").body());
            assertThat(metrics).content().contains("hikaricp_connections_active{pool=\"state-store\"}");

            var promtool = new ProcessBuilder("promtool", "check", "metrics").redirectInput(metrics.toFile())
                    .redirectErrorStream(true).start();
            assertThat(new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
            assertThat(promtool.waitFor()).isZero();
        }
    }

    @Test
    void passwords_hashes_and_tokens_are_in_no_page_and_no_log(CapturedOutput output) {
        var dba = user(Role.DBA);
        var temporary = users.resetPassword(dba, as(admin)).reveal();
        try (var person = new Visitor(); var other = new Visitor()) {
            person.logIn(admin, PASSWORD);
            other.logIn(dba, "typo of " + PASSWORD);
            other.logIn(dba, temporary);
            var token = tokens.create(as(admin), "secret check", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                    .reveal();
            person.get("/api/v1/cutovers", "Authorization", "Bearer " + token);
            person.get("/api/v1/cutovers", "Authorization", "Bearer " + token + "x");

            var pages = Stream.of("/account", "/account/password", "/users", "/users/" + dba, "/health",
                    "/actuator/prometheus", "/login").map(path -> person.get(path).body()).toList();
            for (var secret : List.of(PASSWORD, temporary, token, "$2a$")) {
                assertThat(pages).allSatisfy(page -> assertThat(page).doesNotContain(secret));
                assertThat(output.getAll()).doesNotContain(secret);
            }
        }
    }
}
