package dev.ferryman.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.Caller;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes people as an administrator does, on pages, and each of them a token. */
final class Staff {
    private static final Pattern TOKEN_OF_FORM = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern HANDED_OVER = Pattern.compile("class=\"wrap handed-over\">([^<]+)<");
    private static final Pattern SCOPE = Pattern.compile("name=\"scopes\" value=\"([^\"]+)\"");

    private final int port;
    private final Session administrator;

    Staff(int port, String administratorPassword) throws IOException, InterruptedException {
        this.port = port;
        administrator = new Session("admin", administratorPassword);
    }

    /** A new person of this role, with everything a token can be made for. */
    Caller hire(String role) throws IOException, InterruptedException {
        String temporary = handedOver(
                administrator.send("/users", "/users", "username", role, "displayName", role, "roles", role));
        String chosen = UUID.randomUUID().toString();
        new Session(role, temporary).send("/account/password", "/account/password", "current", temporary, "chosen",
                chosen, "repeated", chosen);
        var person = new Session(role, chosen);
        List<String> fields = new ArrayList<>(List.of("name", "stack", "days", "1"));
        SCOPE.matcher(person.get("/account")).results().map(scope -> scope.group(1))
                .forEach(scope -> fields.addAll(List.of("scopes", scope)));
        return new Caller(port,
                handedOver(person.send("/account", "/account/tokens", fields.toArray(String[]::new))));
    }

    private static String handedOver(String page) {
        return found(HANDED_OVER, page);
    }

    private static String found(Pattern pattern, String page) {
        return pattern.matcher(page).results().findFirst().map(found -> found.group(1))
                .orElseThrow(() -> new AssertionError("There is no " + pattern + " on " + page));
    }

    /** A browser in which somebody is logged in. */
    private final class Session {
        private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager())
                .followRedirects(Redirect.NORMAL).build();

        Session(String username, String password) throws IOException, InterruptedException {
            send("/login", "/login", "username", username, "password", password);
        }

        String get(String path) throws IOException, InterruptedException {
            return answer(request(path).build());
        }

        /** Sends a form of a page. */
        String send(String page, String action, String... fields) throws IOException, InterruptedException {
            List<String> all = new ArrayList<>(List.of(fields));
            all.add("_csrf");
            all.add(found(TOKEN_OF_FORM, get(page)));
            String body = Stream.iterate(0, i -> i < all.size(), i -> i + 2)
                    .map(i -> encoded(all.get(i)) + "=" + encoded(all.get(i + 1))).collect(Collectors.joining("&"));
            return answer(request(action).header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(body)).build());
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).header("Accept",
                    "text/html");
        }

        private String answer(HttpRequest request) throws IOException, InterruptedException {
            var response = http.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(() -> request.uri() + ": " + response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
