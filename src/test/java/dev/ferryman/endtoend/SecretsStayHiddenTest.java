package dev.ferryman.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Puts a secret wherever one can be put, lets things go well and badly, and looks for it everywhere (I8). */
class SecretsStayHiddenTest {
    private static final String ALL = "/api/v1/cutovers";
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();
    private static final String KEY = "c2VjcmV0LWtleS1vZi10aGlzLXRlc3QtMzItYnl0ZXM=";
    private static final String TOKEN = "hook-token-5up3r";
    private static final String WRONG = "wr0ng-database-password";
    private static final String MISTYPED = "m1styped-login-password";

    @TempDir
    Path directory;

    private HttpServer echo;

    @BeforeEach
    void a_server_that_repeats_what_it_was_told() throws IOException {
        echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.createContext("/", exchange -> {
            byte[] answer = ("You sent " + exchange.getRequestHeaders().getFirst("Authorization")).getBytes(UTF_8);
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/ill") ? 500 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        echo.start();
    }

    @AfterEach
    void end() {
        echo.stop(0);
    }

    @Test
    void no_secret_is_in_logs_pages_answers_metrics_processes_or_the_state_in_sqlite() throws Exception {
        String store = StateStores.freshSqliteUrl();
        lookEverywhere(store, Map.of(), () -> {
            Path file = Path.of(store.substring("jdbc:sqlite:".length()));
            Map<String, String> found = new LinkedHashMap<>();
            try (Stream<Path> files = Files.list(file.getParent())) {
                files.forEach(each -> found.put(each.toString(), text(each)));
            }
            assertThat(found.values()).anyMatch(text -> text.contains("with-a-call"));
            return found;
        });
    }

    @Test
    void no_secret_is_in_logs_pages_answers_metrics_processes_or_the_state_in_postgresql() throws Exception {
        try (var store = TestPostgres.newest().freshDatabase()) {
            lookEverywhere(store.jdbcUrl().replaceFirst("[?&]password=[^&]*", ""),
                    Map.of("FERRYMAN_STORE_PASSWORD", TestPostgres.PASSWORD), () -> dump(store));
        }
    }

    private void lookEverywhere(String store, Map<String, String> environment, Look state) throws Exception {
        Path home = directory.toRealPath();
        Path source = home.resolve("app.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
            statement.execute("INSERT INTO t (v) VALUES ('x')");
        }
        String tokenFile = "file:" + Files.writeString(home.resolve("token"), TOKEN);
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("FERRYMAN_SECRET_KEY", KEY);
        all.put("APP_DB_PASSWORD", TestPostgres.PASSWORD);
        String token = Newcomer.tokenOfOneWithAllRoles(withPassword(store, environment));
        List<String> settings = new ArrayList<>(List.of("ferryman.store.url=" + store, "ferryman.source-roots=" + home,
                "ferryman.secrets.roots=" + home, "ferryman.work-directory=" + home.resolve("work"),
                "ferryman.templates.directory=" + TEMPLATES));
        if (!environment.isEmpty()) {
            settings.add("ferryman.store.password=env:FERRYMAN_STORE_PASSWORD");
        }
        try (var target = TestPostgres.newest().freshDatabase();
                var other = TestPostgres.newest().freshDatabase();
                var service = FerrymanProcess.start("secrets", home, all, settings)) {
            var caller = new Caller(service.uri("").getPort(), token);
            Map<String, String> seen = new LinkedHashMap<>();

            var done = RemoteCutover.create(caller, draft("Kept", source, "/well", tokenFile,
                    Map.of("url", target.urlWithoutPassword(), "password", TestPostgres.PASSWORD)));
            done.reaches("switch", "ready");
            done.complete("switch");
            done.reaches("tidy", "passed");
            done.command("/complete");

            var failed = RemoteCutover.create(caller, draft("Named", source, "/ill", tokenFile,
                    Map.of("url", other.urlWithoutPassword(), "passwordReference", "env:APP_DB_PASSWORD")));
            failed.reaches("call", "failed");
            failed.command("/abort");

            List<Map<String, Object>> refused = List.of(
                    draft("Wrong", source, "/well", tokenFile,
                            Map.of("url", other.urlWithoutPassword(), "password", WRONG)),
                    draft("In the address", source, "/well", tokenFile,
                            Map.of("url", other.url().replace(TestPostgres.PASSWORD, WRONG))),
                    draft("As a reference", source, "/well", TOKEN,
                            Map.of("url", other.urlWithoutPassword(), "passwordReference", WRONG)),
                    draft("As an address", source, "/well", tokenFile,
                            Map.of("url", "postgresql://x:" + WRONG + "@nowhere.invalid:1/" + WRONG + "?password="
                                    + WRONG)));
            for (Map<String, Object> draft : refused) {
                Answer preview = caller.post(ALL + "/preview", draft);
                Answer answer = caller.post(ALL, draft);
                assertThat(answer.status()).as(answer.body()).isEqualTo(422);
                seen.put("refused " + draft.get("name"), preview.body() + answer.body());
            }

            var browser = browse(service, seen);
            crawl(browser, service, seen);
            for (String cutover : List.of(done.path(), failed.path())) {
                for (String part : List.of("", "/plan", "/events", "/verification", "/report", "/report?format=html",
                        "/report?format=json", "/steps/call/output", "/steps/target/output",
                        "/steps/backfill/output")) {
                    seen.put("GET " + cutover + part, caller.get(cutover + part).body());
                }
            }
            for (String path : List.of(ALL, "/api/v1/templates", "/v3/api-docs", "/actuator/health", "/health",
                    "/actuator/prometheus")) {
                seen.put("GET " + path, caller.get(path).body());
            }
            assertThat(seen.get("GET " + failed.path() + "/steps/call/output")).as("what the server repeated is there")
                    .contains("You sent");
            ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
            Stream.concat(Stream.of(process), process.descendants()).forEach(each -> seen
                    .put("process " + each.pid(), text(Path.of("/proc/" + each.pid() + "/cmdline"))));
            seen.put("the log", service.output());
            seen.putAll(state.everything());
            assertThat(seen).hasSizeGreaterThan(40);

            for (String secret : List.of(TestPostgres.PASSWORD, WRONG, TOKEN, token, KEY, Newcomer.PASSWORD,
                    MISTYPED)) {
                assertThat(seen).allSatisfy((where, text) -> assertThat(text.contains(secret))
                        .as("%s holds the secret %s…", where, secret.substring(0, 4)).isFalse());
            }
        }
    }

    /** What holds the service's state, by where it was found. */
    private interface Look {
        Map<String, String> everything() throws Exception;
    }

    private static String withPassword(String store, Map<String, String> environment) {
        return environment.isEmpty()
                ? store
                : store + (store.contains("?") ? "&" : "?") + "password="
                        + environment.get("FERRYMAN_STORE_PASSWORD");
    }

    private static Map<String, String> dump(TestPostgres.Database store) throws Exception {
        Map<String, String> found = new LinkedHashMap<>();
        try (var connection = store.connect();
                var tables = connection.getMetaData().getTables(null, "public", "%", new String[]{"TABLE"})) {
            while (tables.next()) {
                String table = tables.getString("TABLE_NAME");
                found.put("table " + table, store.scalar("SELECT string_agg(t::text, E'\\n') FROM \"" + table
                        + "\" t") + "");
            }
        }
        assertThat(found).hasSizeGreaterThan(10);
        return found;
    }

    private Map<String, Object> draft(String name, Path source, String path, String token, Map<String, Object> target) {
        return Map.of("name", name, "template", "with-a-call", "source", source.toString(), "target", target,
                "parameters",
                Map.of("address", "http://127.0.0.1:" + echo.getAddress().getPort() + path, "token", token));
    }

    /** Logs in, at the second attempt. */
    private static HttpClient browse(FerrymanProcess service, Map<String, String> seen) throws Exception {
        HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL).build();
        for (String password : List.of(MISTYPED, Newcomer.PASSWORD)) {
            String form = page(browser, service.uri("/login"));
            Matcher csrf = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(form);
            assertThat(csrf.find()).isTrue();
            String body = "username=jack&password=" + URLEncoder.encode(password, UTF_8) + "&_csrf="
                    + URLEncoder.encode(csrf.group(1), UTF_8);
            seen.put("login with " + password.length() + " characters", browser.send(
                    HttpRequest.newBuilder(service.uri("/login"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofString()).body());
        }
        return browser;
    }

    private static void crawl(HttpClient browser, FerrymanProcess service, Map<String, String> seen) throws Exception {
        Pattern link = Pattern.compile("href=\"(/[^\"#]*)");
        Queue<String> ahead = new ArrayDeque<>(List.of("/"));
        int pages = 0;
        while (!ahead.isEmpty() && pages < 300) {
            String path = ahead.remove();
            String name = "page " + path;
            if (seen.containsKey(name) || path.startsWith("/logout")) {
                continue;
            }
            String html = page(browser, service.uri(path));
            seen.put(name, html);
            pages++;
            link.matcher(html).results().map(found -> found.group(1).replace("&amp;", "&")).forEach(ahead::add);
        }
        assertThat(seen.keySet()).anyMatch(name -> name.startsWith("page /cutovers/") && name.endsWith("/report"))
                .contains("page /users", "page /account");
    }

    private static String page(HttpClient browser, URI address) throws IOException, InterruptedException {
        return browser.send(HttpRequest.newBuilder(address).header("Accept", "text/html").build(),
                BodyHandlers.ofString()).body();
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
