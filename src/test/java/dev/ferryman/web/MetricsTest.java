package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** What an operator's monitoring sees of a cutover that is moved, switched and rolled back. */
@StateStores.OnSqlite
class MetricsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    @Test
    void a_cutover_can_be_followed_and_promtool_finds_nothing_to_complain_about(@TempDir Path directory)
            throws Exception {
        try (LiveSite site = new LiveSite()) {
            Crew crew = new Crew(port, users, site);
            String cutover = crew.create("Measured");
            String id = cutover.substring(cutover.lastIndexOf('/') + 1);
            crew.work(cutover, "Monitor");
            double before = value(get("/actuator/prometheus"), "ferryman_rollbacks_total");

            String moved = get("/actuator/prometheus");
            String employees = "{cutover=\"" + id + "\",table=\"employees\"}";
            assertThat(value(moved, "ferryman_copy_rows_total" + employees)).isEqualTo(3);
            assertThat(value(moved, "ferryman_copy_bytes_total" + employees)).isPositive();
            assertThat(value(moved, "ferryman_verify_rows_total" + employees)).isGreaterThanOrEqualTo(3);
            assertThat(value(moved, "ferryman_verify_mismatches_total" + employees)).isZero();
            assertThat(value(moved, "ferryman_cutover_phase{cutover=\"" + id + "\",phase=\"monitor\"}")).isEqualTo(1);
            assertThat(moved).doesNotContain("cutover=\"" + id + "\",phase=\"cutover\"");
            assertThat(value(moved, "ferryman_probe_up{cutover=\"" + id + "\",probe=\"http\",step=\"on-target\"}"))
                    .isEqualTo(1);
            assertThat(value(moved, "ferryman_step_seconds_count{type=\"engine.backfill\",verdict=\"passed\"}"))
                    .isPositive();
            for (String pool : new String[]{"active", "idle", "pending", "max", "min"}) {
                assertThat(value(moved, "hikaricp_connections" + "_" + pool + "{pool=\"state-store\"}"))
                        .isGreaterThanOrEqualTo(0);
            }

            // What Ferryman notes between the page and the click makes the click stale.
            await().atMost(Duration.ofMinutes(1)).until(() -> crew.person("operator").get(cutover + "/rollback")
                    .send(cutover + "/rollback", Map.of("text", "a drill", "confirm", "Measured")).status() != 409);
            crew.work(cutover, "Rolled back");
            String back = get("/actuator/prometheus");
            assertThat(value(back, "ferryman_rollbacks_total")).isEqualTo(before + 1);
            assertThat(back).as("a cutover that is over is in no phase")
                    .doesNotContain("ferryman_cutover_phase{cutover=\"" + id);
            check(Files.writeString(directory.resolve("metrics"), back));
        }
    }

    /** Past the limit Micrometer drops addresses, in the order in which they are asked for. */
    @Test
    void every_address_fits_into_the_metrics_of_requests(@Autowired List<RequestMappingInfoHandlerMapping> mappings,
            @Value("${management.metrics.web.server.max-uri-tags}") int limit) {
        Set<String> addresses = mappings.stream().flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap(info -> info.getPatternValues().stream()).collect(Collectors.toSet());
        assertThat(addresses).hasSizeGreaterThan(100);
        assertThat(addresses.size()).as("with files, redirections, and what does not exist").isLessThan(limit - 20);
    }

    @Test
    void health_serves_liveness_readiness_and_every_pool_under_both_addresses() {
        for (String path : new String[]{"/health", "/actuator/health"}) {
            assertThat(get(path)).contains("\"state-store\"", "\"min\":", "\"max\":", "\"active\":");
            assertThat(get(path + "/liveness")).contains("\"UP\"");
            assertThat(get(path + "/readiness")).contains("\"UP\"", "\"pools\"");
        }
    }

    /** As monitoring asks: from this machine, without a login. */
    private String get(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static double value(String metrics, String series) {
        return metrics.lines().filter(line -> line.startsWith(series + " ")).findFirst()
                .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .orElseThrow(() -> new AssertionError("No " + series + " in\n" + metrics.lines()
                        .filter(line -> line.startsWith("ferryman_") || line.startsWith("hikaricp_"))
                        .reduce("", (a, b) -> a + b + "\n")));
    }

    private static void check(Path metrics) throws Exception {
        assumeThat(Files.isExecutable(PROMTOOL)).as(PROMTOOL + " is installed").isTrue();
        Process promtool = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                .redirectInput(metrics.toFile()).redirectErrorStream(true).start();
        assertThat(new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
        assertThat(promtool.waitFor()).isZero();
    }
}
