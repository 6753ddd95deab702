package dev.ferryman.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.LocalDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The compose file, started beside whatever else runs on this machine: images, project, ports and secrets of its own.
 * The engine is the one of {@code FERRYMAN_TEST_DOCKER_HOST}, else the usual one. Skips the test and says why where there
 * is none, or not the images.
 */
final class Stack implements AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(5);
    private static final String PROJECT = "ferryman-stack-test";

    private final ComposeFile file;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> compose;
    private final List<String> services = new ArrayList<>();
    private final Path secrets;
    private final int ferrymanPort = LocalDaemon.freePort();
    private final int prometheusPort = LocalDaemon.freePort();

    private Stack(ComposeFile file, Path directory) throws IOException, InterruptedException {
        this.file = file;
        String engine = System.getenv("FERRYMAN_TEST_DOCKER_HOST");
        if (engine != null) {
            environment.put("DOCKER_HOST", engine);
        }
        Assumptions.assumeTrue(works("docker", "info"), "No Docker engine answers");
        compose = works("docker", "compose", "version") ? List.of("docker", "compose") : List.of("docker-compose");
        Assumptions.assumeTrue(works(compose.getFirst(), "--version"), "There is no docker compose");
        secrets = directory.resolve("secrets");
        environment.putAll(Map.of("COMPOSE_PROJECT_NAME", PROJECT, "FERRYMAN_IMAGE", "ferryman:stack-test",
                "SAMPLE_IMAGE", "ferryman-sample:stack-test", "SECRETS_DIRECTORY", secrets.toString(),
                "METRICS_NETWORK", "10.213.78.0/28", "FERRYMAN_PORT", Integer.toString(ferrymanPort),
                "PROMETHEUS_PORT", Integer.toString(prometheusPort), "APPLICATION_PORT",
                Integer.toString(LocalDaemon.freePort()), "GRAFANA_PORT",
                Integer.toString(LocalDaemon.freePort())));
    }

    /** Builds the images from the jar in {@code target} and starts all services there are images for. */
    static Stack start(Path directory) throws IOException, InterruptedException {
        var stack = new Stack(ComposeFile.read(), directory);
        stack.needsImagesAndJar();
        // What a run that was killed has left has other secrets.
        stack.close();
        try {
            stack.run("src/docker/secrets", stack.secrets.toString());
            stack.compose("build", "ferryman", "application");
            List<String> up = new ArrayList<>(List.of("up", "-d"));
            up.addAll(stack.services);
            stack.compose(up.toArray(String[]::new));
            stack.awaitHealthy();
            return stack;
        } catch (AssertionError | RuntimeException | IOException e) {
            stack.close();
            throw e;
        }
    }

    private void needsImagesAndJar() throws IOException, InterruptedException {
        try (var jars = Files.newDirectoryStream(Path.of("target"), "ferryman-*.jar")) {
            Assumptions.assumeTrue(jars.iterator().hasNext(), "There is no target/ferryman-*.jar: package it first");
        }
        List<String> missing = new ArrayList<>();
        for (var image : file.images().toList()) {
            if (!image.getKey().matches("(FERRYMAN|SAMPLE|GRAFANA)_IMAGE")
                    && !works("docker", "image", "inspect", image.getValue())) {
                missing.add(image.getValue());
            }
        }
        Assumptions.assumeTrue(missing.isEmpty(), "The engine has no " + missing
                + ": pull them, or build stand-ins with src/docker/stand-ins");
        services.addAll(file.services());
        if (!works("docker", "image", "inspect", file.settings().getOrDefault("GRAFANA_IMAGE", ""))) {
            // Debian has no Grafana to make a stand-in from.
            services.remove("grafana");
        }
    }

    private void awaitHealthy() {
        for (String service : services) {
            await().alias(service).atMost(HEALTHY_WITHIN).pollInterval(Duration.ofMillis(500)).until(() -> {
                String state = inspect(service,
                        "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}");
                if (state.startsWith("exited") || state.endsWith("unhealthy")) {
                    throw new AssertionError(service + " is " + state + ":\n" + logs(service));
                }
                return state.equals("running healthy");
            });
        }
    }

    List<String> services() {
        return List.copyOf(services);
    }

    int ferrymanPort() {
        return ferrymanPort;
    }

    int prometheusPort() {
        return prometheusPort;
    }

    String secret(String name) throws IOException {
        return Files.readString(secrets.resolve(name));
    }

    /** What the engine knows of a service's container, in the engine's template language. */
    String inspect(String service, String template) throws IOException, InterruptedException {
        return run("docker", "inspect", "--format", template, container(service)).strip();
    }

    /** What a command in a service's container prints. */
    String in(String service, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("docker", "exec", container(service)));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new)).strip();
    }

    /** Whether a command in a service's container succeeds. */
    boolean succeedsIn(String service, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("docker", "exec", container(service)));
        all.addAll(List.of(command));
        return works(all.toArray(String[]::new));
    }

    String logs(String service) throws IOException, InterruptedException {
        return run("docker", "logs", container(service));
    }

    private String container(String service) throws IOException, InterruptedException {
        return compose("ps", "-q", service).strip();
    }

    private String compose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of("--profile", "full"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private boolean works(String... command) throws InterruptedException {
        try {
            return execute(command).status() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private String run(String... command) throws IOException, InterruptedException {
        Ended ended = execute(command);
        assertThat(ended.status()).as(() -> String.join(" ", command) + "\n" + ended.output() + ended.errors())
                .isZero();
        return ended.output();
    }

    private record Ended(int status, String output, String errors) {}

    private Ended execute(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("stack", ".out");
        Path errors = Files.createTempFile("stack", ".err");
        try {
            var builder = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8),
                    Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    /** Stops it and forgets its data. */
    @Override
    public void close() throws IOException, InterruptedException {
        compose("down", "--volumes", "--timeout", "20");
    }
}
