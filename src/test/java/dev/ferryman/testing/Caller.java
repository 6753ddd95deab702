package dev.ferryman.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that calls the API with a token. */
public final class Caller {
    /** Reads and writes as any client would. */
    public static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String base;
    private final String token;

    /**
     * One with a token.
     *
     * @param port of the service on this machine
     * @param token empty for none
     */
    public Caller(int port, String token) {
        this.base = "http://localhost:" + port;
        this.token = token;
    }

    /** What came back. */
    public record Answer(int status, HttpHeaders headers, String body) {
        /** The body. */
        public JsonNode json() {
            return JSON.readTree(body);
        }

        /** Its content type, empty if it has none. */
        public String type() {
            return headers.firstValue("Content-Type").orElse("");
        }

        /** The problem it is, whole as RFC 9457 and this API want it. */
        public JsonNode problem(int status, String type) {
            if (this.status != status || !type().startsWith("application/problem+json")) {
                throw new AssertionError(
                        "Not a problem " + status + " but " + this.status + " " + type() + ": " + body);
            }
            JsonNode problem = json();
            for (String member : new String[]{"title", "detail", "next", "instance"}) {
                if (problem.path(member).asString("").isBlank()) {
                    throw new AssertionError("No " + member + " in " + body);
                }
            }
            if (problem.path("status").asInt() != status
                    || !problem.path("type").asString().equals("urn:ferryman:problem:" + type)) {
                throw new AssertionError("Not " + type + ": " + body);
            }
            return problem;
        }
    }

    /** Reads. */
    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** Sends an object as JSON. */
    public Answer post(String path, Object body) {
        return send(path, JSON.writeValueAsString(body));
    }

    /** Sends a text as it is, as JSON unless a header says otherwise. */
    public Answer send(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path, headers);
        if (headers.length == 0) {
            request.header("Content-Type", "application/json");
        }
        return send(request.POST(BodyPublishers.ofString(body)));
    }

    /** Puts an object as JSON. */
    public Answer put(String path, Object body) {
        return send(request(path).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /** Deletes. */
    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** Sends a request as it was built. */
    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A request with the token and these headers, name after name. */
    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }
}
