package dev.ferryman.deployment;

import dev.ferryman.testing.Example;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.LocalDaemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.test.context.DynamicPropertyRegistry;

/** nginx, which has no figures for Prometheus of its own. Its settings are the server's, so there is one place for it. */
final class NginxEdge implements Edge {
    private static final Path HOME = LiveSite.ROOT.resolve("edge-nginx");
    private static final List<String> NGINX = List.of("/usr/sbin/nginx", "-p", HOME.toString(), "-c",
            HOME.resolve("nginx.conf").toString());
    private static final int TOLD = port();

    private final LocalDaemon nginx;
    private final int entrance = port();

    /**
     * Starts it.
     *
     * @param blue  {@code host:port}
     * @param green {@code host:port}
     */
    NginxEdge(String blue, String green) throws IOException {
        Files.createDirectories(HOME);
        Files.writeString(HOME.resolve("routing.conf"), Example.from("traffic.md", "routing.conf"));
        Files.writeString(HOME.resolve("nginx.conf"),
                """
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                    access_log off;
                    # A client whose idle connection is closed by the reload would have to ask again.
                    keepalive_timeout 0;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                %2$s
                }
                """.formatted(HOME, Example.from("traffic.md", "app.conf")
                        .replace("/etc/nginx/ferryman/routing.conf", HOME.resolve("routing.conf").toString())
                        .replace("10.0.0.1:8000", blue).replace("10.0.0.2:8000", green)
                        .replace("listen 80;", "listen 127.0.0.1:" + entrance + ";")
                        .replace("127.0.0.1:8089", "127.0.0.1:" + TOLD)));
        nginx = LocalDaemon.start(HOME, "nginx", NGINX.get(0), NGINX.get(1), NGINX.get(2), NGINX.get(3), NGINX.get(4),
                "-g", "daemon off;");
        nginx.awaitPort(entrance);
    }

    /** What the server has to know of it. */
    static void settings(DynamicPropertyRegistry registry) {
        String router = "ferryman.traffic.routers.edge-nginx.";
        registry.add(router + "kind", () -> "nginx");
        registry.add(router + "file", () -> HOME.resolve("routing.conf").toString());
        registry.add(router + "test-command", () -> "nginx-test");
        registry.add(router + "reload-command", () -> "nginx-reload");
        registry.add(router + "probe", () -> "http://127.0.0.1:" + TOLD + "/routing");
        command(registry, "nginx-test", "-t");
        command(registry, "nginx-reload", "-s", "reload");
    }

    private static void command(DynamicPropertyRegistry registry, String name, String... arguments) {
        for (int i = 0; i < NGINX.size(); i++) {
            int at = i;
            registry.add("ferryman.commands." + name + ".arguments[" + i + "]", () -> NGINX.get(at));
        }
        for (int i = 0; i < arguments.length; i++) {
            int at = i;
            registry.add("ferryman.commands." + name + ".arguments[" + (NGINX.size() + i) + "]", () -> arguments[at]);
        }
    }

    private static int port() {
        try {
            return LocalDaemon.freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String router() {
        return "edge-nginx";
    }

    @Override
    public URI entrance() {
        return URI.create("http://127.0.0.1:" + entrance);
    }

    @Override
    public Optional<String> metrics() {
        return Optional.empty();
    }

    @Override
    public void awaitGreen() {
        // It asks nobody before it sends requests.
    }

    @Override
    public void close() {
        nginx.stop();
    }
}
