package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a route that send requests to blue or green. A rule is one for reads when each of its matches names a method
 * that reads and no header; every other one goes where writes go, so that a header or cookie can keep a reader there.
 *
 * @param reads rules for reads
 * @param writes every other rule
 */
record GatewayRules(List<HTTPRouteRule> reads, List<HTTPRouteRule> writes) {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /**
     * Finds them.
     *
     * @throws TrafficException where reads cannot be told from writes, or a rule knows only one of the two services
     */
    static GatewayRules of(HTTPRoute route, GatewaySettings settings) {
        List<HTTPRouteRule> ours = route.getSpec().getRules().stream()
                .filter(rule -> backend(rule, settings.blue()).isPresent()
                        || backend(rule, settings.green()).isPresent())
                .toList();
        var rules = new GatewayRules(ours.stream().filter(GatewayRules::forReads).toList(),
                ours.stream().filter(rule -> !forReads(rule)).toList());
        boolean whole = ours.stream().allMatch(rule -> backend(rule, settings.blue()).isPresent()
                && backend(rule, settings.green()).isPresent());
        if (!whole || rules.reads().isEmpty() || rules.writes().isEmpty()) {
            throw new TrafficException(
                    "The route " + settings.route() + " needs a rule that matches GET, HEAD and OPTIONS"
                            + " and one for everything else, each with both services, " + settings.blue() + " and "
                            + settings.green() + ", as backends. Nothing was changed.");
        }
        return rules;
    }

    private static boolean forReads(HTTPRouteRule rule) {
        List<HTTPRouteMatch> matches = rule.getMatches();
        return matches != null && !matches.isEmpty() && matches.stream().allMatch(match -> match.getMethod() != null
                && READING.contains(match.getMethod()) && (match.getHeaders() == null || match.getHeaders().isEmpty()));
    }

    private static Optional<HTTPBackendRef> backend(HTTPRouteRule rule, String service) {
        return rule.getBackendRefs() == null
                ? Optional.empty()
                : rule.getBackendRefs().stream().filter(ref -> service.equals(ref.getName())).findFirst();
    }

    /** Percentage of a rule's requests that its green backend gets; backends of a third kind count as neither. */
    private static int share(HTTPRouteRule rule, GatewaySettings settings) {
        int blue = backend(rule, settings.blue()).map(GatewayRules::weight).orElse(0);
        int green = backend(rule, settings.green()).map(GatewayRules::weight).orElse(0);
        return blue + green == 0 ? -1 : Math.round(100f * green / (blue + green));
    }

    private static int weight(HTTPBackendRef backend) {
        return backend.getWeight() == null ? 1 : backend.getWeight();
    }

    /** What the route says. */
    Routing read(GatewaySettings settings, List<String> troubles) {
        List<Integer> read = reads.stream().map(rule -> share(rule, settings)).distinct().toList();
        List<Integer> written = writes.stream().map(rule -> share(rule, settings)).distinct().toList();
        Integer share = read.size() == 1 && read.getFirst() >= 0 ? read.getFirst() : null;
        Side side = written.equals(List.of(0)) ? Side.SOURCE : written.equals(List.of(100)) ? Side.TARGET : null;
        List<String> all = new ArrayList<>(troubles);
        if (share == null) {
            all.add("the rules for reads send different shares to " + settings.green() + ", or nothing anywhere");
        }
        if (side == null) {
            all.add("the rules for writes do not send all of them to one of the two services");
        }
        return new Routing(side, share, all);
    }

    /** Sets the weights. */
    void set(GatewaySettings settings, Side side, int readsOnTarget) {
        reads.forEach(rule -> set(rule, settings, readsOnTarget));
        writes.forEach(rule -> set(rule, settings, side == Side.TARGET ? 100 : 0));
    }

    private static void set(HTTPRouteRule rule, GatewaySettings settings, int green) {
        backend(rule, settings.blue()).ifPresent(backend -> backend.setWeight(100 - green));
        backend(rule, settings.green()).ifPresent(backend -> backend.setWeight(green));
    }
}
