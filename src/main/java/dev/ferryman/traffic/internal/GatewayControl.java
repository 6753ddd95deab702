package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A route of the Kubernetes Gateway API by the weights of its backends: reads by the rule that matches their methods, writes
 * by the other one. All weights change in one update, which is refused where somebody else has changed the route since it
 * was read. It is in effect when every gateway has accepted this generation of the route.
 */
public final class GatewayControl implements RouterControl {
    private static final int TRIES = 3;
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(100);
    /** Conditions that have to be true for the route's rules to be in effect. */
    private static final Set<String> CONDITIONS = Set.of("Accepted", "ResolvedRefs");

    private final GatewaySettings settings;
    private final Supplier<KubernetesClient> client;

    /** Finds the cluster as every client does, when it is first needed. */
    public GatewayControl(GatewaySettings settings) {
        this(settings, new OnFirstUse<>(() -> cluster(settings)));
    }

    /** @param client how the cluster is reached */
    public GatewayControl(GatewaySettings settings, Supplier<KubernetesClient> client) {
        this.settings = settings;
        this.client = client;
    }

    private static KubernetesClient cluster(GatewaySettings settings) {
        int millis = Math.toIntExact(settings.timeout().toMillis());
        Config found = new ConfigBuilder(Config.autoConfigure(null)).withRequestTimeout(millis)
                .withConnectionTimeout(millis).withRequestRetryBackoffLimit(1).build();
        return new KubernetesClientBuilder().withConfig(found).build();
    }

    @Override
    public String shown() {
        return "the route " + settings.namespace() + "/" + settings.route();
    }

    private Resource<HTTPRoute> resource() {
        return client.get().resources(HTTPRoute.class).inNamespace(settings.namespace()).withName(settings.route());
    }

    private HTTPRoute route() {
        HTTPRoute route;
        try {
            route = resource().get();
        } catch (KubernetesClientException e) {
            throw failed("cannot be read", e);
        }
        if (route == null) {
            throw new TrafficException("There is no HTTPRoute " + settings.route() + " in the namespace "
                    + settings.namespace() + ".");
        }
        return route;
    }

    private TrafficException failed(String what, KubernetesClientException e) {
        String why = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                ? "the service account may not: see the Role in traffic.md"
                : e.getStatus() != null && e.getStatus().getMessage() != null
                        ? e.getStatus().getMessage()
                        : String.valueOf(e.getMessage());
        return new TrafficException("T" + shown().substring(1) + " " + what + ": " + why + ".", e);
    }

    @Override
    public Routing read() {
        HTTPRoute route = route();
        return GatewayRules.of(route, settings).read(settings, notInEffect(route));
    }

    /** Why the route's rules are not what users see; empty where every gateway has accepted them. */
    private List<String> notInEffect(HTTPRoute route) {
        List<RouteParentStatus> parents = route.getStatus() == null || route.getStatus().getParents() == null
                ? List.of()
                : route.getStatus().getParents();
        if (parents.isEmpty()) {
            return List.of("no gateway has accepted the route");
        }
        List<String> troubles = new ArrayList<>();
        for (RouteParentStatus parent : parents) {
            String gateway = parent.getParentRef() == null ? "?" : parent.getParentRef().getName();
            List<Condition> conditions = parent.getConditions() == null ? List.of() : parent.getConditions();
            if (conditions.stream().noneMatch(condition -> "Accepted".equals(condition.getType()))) {
                troubles.add("the gateway " + gateway + " has not accepted the route");
            }
            conditions.stream().filter(condition -> CONDITIONS.contains(condition.getType()))
                    .forEach(condition -> judge(condition, gateway, route, troubles));
        }
        return troubles;
    }

    private static void judge(Condition condition, String gateway, HTTPRoute route, List<String> troubles) {
        Long generation = route.getMetadata().getGeneration();
        Long seen = condition.getObservedGeneration();
        if (!"True".equals(condition.getStatus())) {
            troubles.add("the gateway " + gateway + " says " + condition.getType() + "=" + condition.getStatus() + " ("
                    + condition.getReason() + ")");
        } else if (generation != null && seen != null && seen < generation) {
            troubles.add("the gateway " + gateway + " has not taken over the latest change of the route yet");
        }
    }

    @Override
    public void route(Side writes, int readsOnTarget) throws InterruptedException {
        update(writes, readsOnTarget);
        long until = System.nanoTime() + settings.timeout().toNanos();
        while (!notInEffect(route()).isEmpty() && System.nanoTime() < until) {
            Thread.sleep(LOOK_AGAIN_AFTER);
        }
    }

    private void update(Side writes, int readsOnTarget) {
        for (int tries = 1;; tries++) {
            HTTPRoute route = route();
            GatewayRules.of(route, settings).set(settings, writes, readsOnTarget);
            try {
                client.get().resource(route).lockResourceVersion(route.getMetadata().getResourceVersion()).update();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || tries == TRIES) {
                    throw failed("was not changed", e);
                }
            }
        }
    }

    @Override
    public List<String> plan(Side writes, int readsOnTarget) {
        return List.of("Update the weights of " + shown() + ": " + readsOnTarget + " % of reads to the service "
                + settings.green() + ", the rest to " + settings.blue() + ", and all writes to "
                + (writes == Side.SOURCE ? settings.blue() : settings.green()),
                "Wait until every gateway of the route has accepted that");
    }

    @Override
    public Optional<String> obstacle(Side to) {
        HTTPRoute route = route();
        GatewayRules.of(route, settings);
        List<String> troubles = notInEffect(route);
        return troubles.isEmpty()
                ? Optional.empty()
                : Optional.of("T" + shown().substring(1) + " is not in effect: " + String.join("; ", troubles) + ".");
    }
}
