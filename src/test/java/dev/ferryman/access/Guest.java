package dev.ferryman.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks the service for addresses: nobody in particular, a person with a session, or a program with a token.
 * Comes from an address of its own, so that what one does is not counted against another.
 */
final class Guest implements AutoCloseable {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static int addresses = 1;

    private final String name;
    private final String base;
    private final HttpClient http;
    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private @Nullable String token;
    private String csrf = "";

    private Guest(int port, String name) {
        this.name = name;
        base = "http://localhost:" + port;
        http = HttpClient.newBuilder().cookieHandler(cookies).localAddress(nextAddress()).build();
    }

    private static synchronized InetAddress nextAddress() {
        try {
            addresses++;
            return InetAddress.getByAddress(new byte[]{127, 0, (byte) (addresses / 250), (byte) (addresses % 250)});
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody in particular, with a login page open. */
    static Guest stranger(int port) {
        Guest guest = new Guest(port, "nobody");
        guest.csrf = guest.csrfOn("/login");
        return guest;
    }

    /** A person who has logged in. */
    static Guest withPassword(int port, String name, String password) {
        Guest person = new Guest(port, name);
        person.csrf = person.csrfOn("/login");
        HttpResponse<String> answer = person.post("/login", Map.of("username", name, "password", password));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        person.csrf = person.csrfOn("/account/password");
        return person;
    }

    /** A program with a token. */
    static Guest withToken(int port, String name, String token) {
        Guest guest = new Guest(port, name);
        guest.token = token;
        return guest;
    }

    String name() {
        return name;
    }

    /** Sends a form with the session's own token. */
    HttpResponse<String> post(String path, Map<String, String> form) {
        String fields = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("_csrf=" + URLEncoder.encode(csrf, StandardCharsets.UTF_8) + "&"
                        + fields)),
                BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)), BodyHandlers.ofString());
    }

    private String csrfOn(String page) {
        var found = CSRF.matcher(get(page).body());
        assertThat(found.find()).as("CSRF token on " + page).isTrue();
        return found.group(1);
    }

    /**
     * What comes of asking: {@code login} (sent there), {@code password} (has to be changed first), {@code 401},
     * {@code no} (may not), {@code yes} (gets through, whatever is found there).
     */
    String ask(String method, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (path.startsWith("/actuator")) {
            // Not counted as this machine, which may read metrics whoever asks.
            request.header("X-Forwarded-For", "192.0.2.1");
        }
        if (path.startsWith("/api/")) {
            // Of a kind the address takes: another one is refused before anything else is looked at.
            String type = path.endsWith("/report/files") ? "application/octet-stream" : "application/json";
            request.header("Content-Type", type).method(method, BodyPublishers.ofString("{}"));
        } else if (method.equals("GET")) {
            request.GET();
        } else {
            request.header("X-CSRF-TOKEN", csrf).method(method, BodyPublishers.noBody());
        }
        HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (!path.endsWith("/live")) {
                body.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String location = answer.headers().firstValue("Location").orElse("").replaceFirst("^https?://[^/]+", "");
        return switch (answer.statusCode()) {
            case 401 -> "401";
            case 403 -> "no";
            case 302 -> location.equals("/login")
                    ? "login"
                    : location.equals("/account/password") ? "password" : "yes";
            case 429 -> throw new AssertionError("Too many requests by " + name + " for " + path);
            default -> "yes";
        };
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
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
