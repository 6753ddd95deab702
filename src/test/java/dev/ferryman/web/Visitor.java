package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** A signed-in person whose browser runs no script: follows links and sends forms as they are drawn. */
final class Visitor {
    private static final Pattern FORM = Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN = Pattern
            .compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern ACTION = Pattern.compile("action=\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL).build();
    private final String base;

    Visitor(int port, String username, String password) {
        base = "http://localhost:" + port;
        Page page = get("/login").send("/login", Map.of("username", username, "password", password));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.path()).isEqualTo("/");
    }

    Page get(String path) {
        return ask(HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "text/html").build());
    }

    /** A download: its headers and its bytes. */
    HttpResponse<byte[]> download(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(base + path)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Page ask(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Page(response.statusCode(), response.uri().getPath(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A page as it was drawn. */
    final class Page {
        private final int status;
        private final String path;
        private final String html;

        Page(int status, String path, String html) {
            this.status = status;
            this.path = path;
            this.html = html;
        }

        int status() {
            return status;
        }

        String path() {
            return path;
        }

        String html() {
            return html;
        }

        /** What a person reads. */
        String text() {
            return HtmlUtils.htmlUnescape(html.replaceAll("<[^>]+>", " ")).replaceAll("\\s+", " ");
        }

        /** Addresses of the forms on the page that are sent with POST. */
        List<String> actions() {
            List<String> actions = new ArrayList<>();
            Matcher forms = FORM.matcher(html);
            while (forms.find()) {
                Matcher action = ACTION.matcher(forms.group(1));
                if (forms.group(1).contains("method=\"post\"") && action.find()) {
                    actions.add(HtmlUtils.htmlUnescape(action.group(1)));
                }
            }
            return actions;
        }

        /** Sends the form with this address, its hidden fields as they were drawn unless they are given. */
        Page send(String action, Map<String, String> fields) {
            Matcher forms = FORM.matcher(html);
            while (forms.find()) {
                Matcher address = ACTION.matcher(forms.group(1));
                if (address.find() && HtmlUtils.htmlUnescape(address.group(1)).equals(action)) {
                    Map<String, String> all = new LinkedHashMap<>();
                    Matcher hidden = HIDDEN.matcher(forms.group(2));
                    while (hidden.find()) {
                        all.put(hidden.group(1), HtmlUtils.htmlUnescape(hidden.group(2)));
                    }
                    all.putAll(fields);
                    return form(action, all);
                }
            }
            throw new AssertionError("No form to " + action + " on " + path + ", only " + actions());
        }

        /** Sends fields to an address that has no form on the page, with the page's own token. */
        Page post(String action, Map<String, String> fields) {
            Matcher token = TOKEN.matcher(html);
            if (!token.find()) {
                throw new AssertionError("No form on " + path);
            }
            Map<String, String> all = new LinkedHashMap<>(fields);
            all.put("_csrf", HtmlUtils.htmlUnescape(token.group(1)));
            return form(action, all);
        }

        private Page form(String action, Map<String, String> all) {
            String body = all.entrySet().stream()
                    .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                    .collect(Collectors.joining("&"));
            return ask(HttpRequest.newBuilder(URI.create(base + action))
                    .header("Content-Type", "application/x-www-form-urlencoded").header("Accept", "text/html")
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build());
        }

        /** Sends a form that has a file in it, as a browser does. */
        Page upload(String action, String name, byte[] content) {
            Matcher forms = FORM.matcher(html);
            while (forms.find()) {
                Matcher address = ACTION.matcher(forms.group(1));
                Matcher hidden = HIDDEN.matcher(forms.group(2));
                if (address.find() && HtmlUtils.htmlUnescape(address.group(1)).equals(action) && hidden.find()) {
                    String boundary = "----ferryman" + System.nanoTime();
                    byte[] head = ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + hidden.group(1)
                            + "\"\r\n\r\n" + hidden.group(2) + "\r\n--" + boundary
                            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                            + "\"\r\nContent-Type: text/html\r\n\r\n").getBytes(StandardCharsets.UTF_8);
                    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
                    return ask(HttpRequest.newBuilder(URI.create(base + action))
                            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                            .header("Accept", "text/html")
                            .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(head, content, end))).build());
                }
            }
            throw new AssertionError("No form to " + action + " on " + path + ", only " + actions());
        }

        private String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }
}
