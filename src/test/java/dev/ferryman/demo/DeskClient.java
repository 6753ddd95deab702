package dev.ferryman.demo;

import dev.ferryman.demo.leavedesk.LeaveDesk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks HTTP to a leave desk, as its users and Ferryman do. */
final class DeskClient implements AutoCloseable {
    static final String TOKEN = "a-token-for-the-tests";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    DeskClient(LeaveDesk desk) {
        this.base = desk.baseUrl();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get(path).body());
    }

    HttpResponse<String> admin(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", type).method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return admin("POST", path, "text/plain", "");
    }

    HttpResponse<String> create(String json) throws IOException, InterruptedException {
        return http
                .send(HttpRequest.newBuilder(base.resolve("/api/requests")).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> without(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(base.resolve(path)).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
