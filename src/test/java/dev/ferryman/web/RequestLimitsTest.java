package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What is larger or slower than any honest request. */
@StateStores.OnSqlite
class RequestLimitsTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    @LocalServerPort
    int port;

    @Test
    void a_form_that_is_too_long_is_refused_in_words_before_anybody_is_logged_in() throws Exception {
        HttpResponse<String> answer = post("/login", FORM, BodyPublishers.ofString("username=" + "x".repeat(1 << 20)));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("more than a form may hold").doesNotContain("Exception", "Tomcat");
    }

    @Test
    void the_same_without_an_announced_length_is_refused_too() throws Exception {
        byte[] piece = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        HttpResponse<String> answer = post("/login", FORM, BodyPublishers.ofByteArrays(
                java.util.Collections.nCopies(18, piece)));

        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void more_fields_than_any_form_has_are_refused() throws Exception {
        HttpResponse<String> answer = post("/login", FORM, BodyPublishers.ofString("a=1&".repeat(2_500)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("Exception", "Tomcat");
    }

    @Test
    void headers_that_are_too_long_are_refused_without_a_word_about_the_server() throws Exception {
        String answer = raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Exception", "Tomcat");
    }

    @Test
    void a_request_that_does_not_go_on_is_let_go() throws Exception {
        // Ends when the server closes: the test's own limit says that it does not.
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")).doesNotContain("HTTP/1.1 200");
    }

    private HttpResponse<String> post(String path, String type, HttpRequest.BodyPublisher body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .header("Content-Type", type).header("Accept", "text/html").POST(body).build(),
                    BodyHandlers.ofString());
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
