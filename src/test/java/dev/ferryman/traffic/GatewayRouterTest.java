package dev.ferryman.traffic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Example;
import dev.ferryman.traffic.internal.GatewayControl;
import dev.ferryman.traffic.internal.GatewaySettings;
import dev.ferryman.traffic.internal.Router;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The CRUD mock server of the Kubernetes client, with a gateway that accepts what it is given, or does not. */
class GatewayRouterTest extends TrafficRouterContract {
    private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());

    private final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
            new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final AtomicReference<String> verdict = new AtomicReference<>("True");
    private KubernetesClient cluster = unset();
    private Watch gateway = unset();
    private long beginning;

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before each test.
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void start() throws Exception {
        REQUESTS.setLevel(Level.WARNING);
        server.init();
        cluster = server.createClient();
        gateway = cluster.resources(HTTPRoute.class).inNamespace("shop").watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, HTTPRoute route) {
                answer(route);
            }

            @Override
            public void onClose(WatcherException cause) {}
        });
        HTTPRoute example = cluster.getKubernetesSerialization().unmarshal(Example.from("traffic.md", "httproute.yaml"),
                HTTPRoute.class);
        cluster.resource(example).create();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> adapter().obstacle(Side.TARGET).isEmpty());
        beginning = route().getMetadata().getGeneration();
    }

    /** What a gateway's controller does: says in the status what it thinks of this generation. */
    private void answer(HTTPRoute route) {
        Long generation = route.getMetadata().getGeneration();
        boolean known = route.getStatus() != null && route.getStatus().getParents().getFirst().getConditions()
                .getFirst().getObservedGeneration().equals(generation);
        if (!known && !verdict.get().equals("silent")) {
            var seen = new ConditionBuilder().withType("Accepted").withStatus(verdict.get()).withReason("Tested")
                    .withObservedGeneration(generation).build();
            cluster.resources(HTTPRoute.class).inNamespace("shop").withName("app").editStatus(now -> {
                now.setStatus(new HTTPRouteStatusBuilder().addNewParent().withControllerName("example.org/gateway")
                        .withNewParentRef().withName("edge").endParentRef().withConditions(seen).endParent().build());
                return now;
            });
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        cluster.close();
        server.destroy();
    }

    @Override
    TrafficRouter adapter() {
        return new Router("edge", new GatewayControl(
                new GatewaySettings("shop", "app", "blue", "green", Duration.ofSeconds(3)), () -> cluster));
    }

    private HTTPRoute route() {
        return cluster.resources(HTTPRoute.class).inNamespace("shop").withName("app").get();
    }

    /** Weight of green in a rule: 0 for reads, 1 for who has just written, 2 for everything else. */
    private int green(int rule) {
        List<HTTPBackendRef> backends = route().getSpec().getRules().get(rule).getBackendRefs();
        assertThat(backends).extracting(HTTPBackendRef::getName).containsExactly("blue", "green");
        assertThat(backends.stream().mapToInt(HTTPBackendRef::getWeight).sum()).isEqualTo(100);
        return backends.getLast().getWeight();
    }

    @Override
    Side observed() {
        assertThat(green(1)).isEqualTo(green(2));
        return green(2) == 100 ? Side.TARGET : green(2) == 0 ? Side.SOURCE : requireNonNull(null);
    }

    @Override
    int observedReads() {
        return green(0);
    }

    @Override
    int changes() {
        return (int) (route().getMetadata().getGeneration() - beginning);
    }

    @Override
    void breakDown() {
        cluster.resources(HTTPRoute.class).inNamespace("shop").withName("app").delete();
    }

    @Test
    void nothing_but_weights_changes() throws Exception {
        HTTPRoute before = route();
        adapter().apply("key", recording());
        HTTPRoute after = route();
        for (HTTPRoute route : List.of(before, after)) {
            route.getSpec().getRules().stream().map(HTTPRouteRule::getBackendRefs)
                    .forEach(backends -> backends.forEach(backend -> backend.setWeight(1)));
        }
        assertThat(after.getSpec()).isEqualTo(before.getSpec());
        assertThat(after.getMetadata().getAnnotations()).isEqualTo(before.getMetadata().getAnnotations());
    }

    @Test
    void a_change_that_the_gateway_does_not_accept_is_put_back() throws Exception {
        adapter().shiftReads(10, "key", recording());
        verdict.set("False");
        assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("Accepted=False").hasMessageContaining("put back");
        assertThat(observedReads()).isEqualTo(10);
    }

    @Test
    void a_gateway_that_does_not_answer_is_not_taken_for_one_that_accepts() throws Exception {
        verdict.set("silent");
        assertThatThrownBy(() -> adapter().apply("key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("not taken over the latest change");
        assertThat(adapter().current()).isInstanceOf(Position.Unknown.class);
    }

    @Test
    void somebody_elses_change_in_between_is_kept() throws Exception {
        var late = new AtomicReference<>(route());
        cluster.resources(HTTPRoute.class).inNamespace("shop").withName("app").edit(now -> {
            now.getMetadata().setAnnotations(Map.of("owner", "platform"));
            return now;
        });
        assertThatThrownBy(() -> cluster.resource(late.get())
                .lockResourceVersion(late.get().getMetadata().getResourceVersion()).update())
                .hasMessageContaining("409");
        adapter().shiftReads(25, "key", recording());
        assertThat(route().getMetadata().getAnnotations()).containsEntry("owner", "platform");
        assertThat(observedReads()).isEqualTo(25);
    }

    @Test
    void a_route_that_does_not_tell_reads_from_writes_is_refused() {
        cluster.resources(HTTPRoute.class).inNamespace("shop").withName("app").edit(now -> {
            now.getSpec().setRules(List.of(now.getSpec().getRules().getLast()));
            return now;
        });
        assertThatThrownBy(() -> adapter().shiftReads(25, "key", recording())).isInstanceOf(TrafficException.class)
                .hasMessageContaining("GET, HEAD and OPTIONS").hasMessageContaining("Nothing was changed");
    }
}
