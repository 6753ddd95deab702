package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who has a cutover's page open at one replica, and is told by that one when there is something new to read. */
final class Onlooker implements AutoCloseable {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL).build();
    private final String base;
    private final String page;
    private final AtomicLong revision = new AtomicLong(-1);
    private long read = -1;

    /** Logs in as {@link Newcomer} and opens the cutover's page at the replica that listens there. */
    Onlooker(int port, String cutover) throws IOException, InterruptedException {
        base = "http://localhost:" + port;
        page = "/cutovers/" + cutover.substring(cutover.lastIndexOf('/') + 1);
        Matcher token = TOKEN.matcher(get("/login"));
        assertThat(token.find()).isTrue();
        http.send(HttpRequest.newBuilder(URI.create(base + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("username=jack&password="
                        + Newcomer.PASSWORD.replace(' ', '+') + "&_csrf=" + token.group(1)))
                .build(), BodyHandlers.discarding());
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try {
            http.send(HttpRequest.newBuilder(URI.create(base + page + "/live")).build(), BodyHandlers.ofLines()).body()
                    .filter(line -> line.startsWith("data:"))
                    .forEach(line -> revision.set(Long.parseLong(line.substring("data:".length()).strip())));
        } catch (IOException | RuntimeException | InterruptedException e) {
            // The replica has ended, or nobody looks any more.
        }
    }

    /** Reads the page each time that it is told of something new, until the step is shown in this status. */
    void isShown(String step, String status) {
        Pattern shown = Pattern.compile("id=\"step-" + step + "\"[^>]*step-" + status);
        await().atMost(LONG_ENOUGH).until(() -> {
            long told = revision.get();
            if (told == read) {
                return false;
            }
            read = told;
            return shown.matcher(get(page)).find();
        });
    }

    private String get(String path) throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "text/html").build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
