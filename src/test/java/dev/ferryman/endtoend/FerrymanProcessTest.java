package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FerrymanProcessTest {
    @TempDir
    Path directory;

    @Test
    void a_killed_service_comes_back_on_its_port_with_the_same_state() throws Exception {
        try (var ferryman = FerrymanProcess.start("killed", directory, Map.of(), List.of());
                var http = HttpClient.newHttpClient()) {
            long first = ferryman.pid();

            ferryman.kill();
            ferryman.restart();

            assertThat(ferryman.pid()).isNotEqualTo(first);
            assertThat(directory.resolve("data/ferryman.db")).exists();
            assertThat(http.send(HttpRequest.newBuilder(ferryman.uri("/health")).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(200);
            // The administrator's password is printed once: the second start found the users of the first.
            assertThat(ferryman.output()).containsOnlyOnce("password");
        }
    }
}
