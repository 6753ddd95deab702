package dev.ferryman.operations;

import dev.ferryman.testing.Example;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.internal.GatewayControl;
import dev.ferryman.traffic.internal.GatewaySettings;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the adapter for the Gateway API really asks of a cluster, as the verbs of a Role. */
final class GatewayRights {
    private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());
    private static final String ROUTE = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/app";
    /** Verbs of requests to one object by its name; anything else has none here, and fails. */
    private static final Map<String, String> VERBS = Map.of("GET", "get", "PUT", "update", "PATCH", "patch", "DELETE",
            "delete");

    private GatewayRights() {}

    /** Reads a route, changes it and reads it back, and tells the verbs in the order of their names. */
    static List<String> used() throws Exception {
        REQUESTS.setLevel(Level.WARNING);
        var server = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(),
                new KubernetesCrudDispatcher(), false);
        server.init();
        try (var cluster = server.createClient()) {
            cluster.resource(cluster.getKubernetesSerialization()
                    .unmarshal(Example.from("traffic.md", "httproute.yaml"), HTTPRoute.class)).create();
            int prepared = server.getRequestCount();
            var control = new GatewayControl(
                    new GatewaySettings("shop", "app", "blue", "green", Duration.ofMillis(200)), () -> cluster);
            control.read();
            control.route(Side.TARGET, 10);
            for (int i = 0; i < prepared; i++) {
                server.takeRequest();
            }
            var verbs = new TreeSet<String>();
            for (int i = prepared; i < server.getRequestCount(); i++) {
                var request = server.takeRequest();
                String verb = VERBS.get(request.getMethod());
                if (verb == null || !ROUTE.equals(request.getPath())) {
                    throw new AssertionError("No verb for " + request.getMethod() + " " + request.getPath());
                }
                verbs.add(verb);
            }
            return List.copyOf(verbs);
        } finally {
            server.destroy();
        }
    }
}
