package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.TrafficException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/**
 * The actions of a rule or listener. Only the weights of its forward action are ours; whatever else it holds (a login before
 * it, stickiness, an order) is given back as it was found.
 *
 * @param of what they belong to, for a sentence
 * @param all the actions in their order
 */
record AlbActions(String of, List<Action> all) {
    private Optional<Action> forward() {
        return all.stream().filter(action -> action.type() == ActionTypeEnum.FORWARD).findFirst();
    }

    private static List<TargetGroupTuple> groups(Action forward) {
        return forward.forwardConfig() != null && forward.forwardConfig().hasTargetGroups()
                ? forward.forwardConfig().targetGroups()
                : List.of(TargetGroupTuple.builder().targetGroupArn(forward.targetGroupArn()).weight(1).build());
    }

    /**
     * Percentage of requests that the green target group gets; empty where none gets any.
     *
     * @throws TrafficException where it forwards to others as well, or does not forward
     */
    Optional<Integer> share(AlbSettings settings) {
        int blue = 0;
        int green = 0;
        for (TargetGroupTuple group : groups(required())) {
            int weight = group.weight() == null ? 1 : group.weight();
            if (settings.blue().equals(group.targetGroupArn())) {
                blue += weight;
            } else if (settings.green().equals(group.targetGroupArn())) {
                green += weight;
            } else if (weight > 0) {
                throw new TrafficException(of + " forwards to " + group.targetGroupArn()
                        + " as well, which is neither blue nor green. Nothing was changed.");
            }
        }
        return blue + green == 0 ? Optional.empty() : Optional.of(Math.round(100f * green / (blue + green)));
    }

    private Action required() {
        return forward().orElseThrow(
                () -> new TrafficException(of + " has no action that forwards. Nothing was changed."));
    }

    /** Whether a visitor is kept at one target group, whatever the weights become. */
    boolean sticky() {
        return forward().map(Action::forwardConfig).map(ForwardActionConfig::targetGroupStickinessConfig)
                .map(sticky -> Boolean.TRUE.equals(sticky.enabled())).orElse(false);
    }

    /** The same actions with other weights. */
    List<Action> with(AlbSettings settings, int green) {
        Action forward = required();
        List<TargetGroupTuple> groups = new ArrayList<>(groups(forward).stream()
                .filter(group -> !settings.blue().equals(group.targetGroupArn())
                        && !settings.green().equals(group.targetGroupArn()))
                .toList());
        groups.add(TargetGroupTuple.builder().targetGroupArn(settings.blue()).weight(100 - green).build());
        groups.add(TargetGroupTuple.builder().targetGroupArn(settings.green()).weight(green).build());
        ForwardActionConfig before = forward.forwardConfig() == null
                ? ForwardActionConfig.builder().build()
                : forward.forwardConfig();
        Action changed = forward.toBuilder().targetGroupArn(null)
                .forwardConfig(before.toBuilder().targetGroups(groups).build()).build();
        return all.stream().map(action -> action.equals(forward) ? changed : kept(action)).toList();
    }

    /** A login's client secret is never told, so the load balancer has to be asked to keep it. */
    private static Action kept(Action action) {
        return action.authenticateOidcConfig() == null
                ? action
                : action.toBuilder().authenticateOidcConfig(
                        action.authenticateOidcConfig().toBuilder().useExistingClientSecret(true).build()).build();
    }
}
