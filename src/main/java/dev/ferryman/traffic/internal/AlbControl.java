package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2ClientBuilder;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/**
 * An application load balancer of AWS by the weights of target groups: reads by a listener rule for their methods, writes by
 * another rule or the listener's default action. Two requests change the two; what is in effect between them, or where the
 * second one failed, is read back.
 */
public final class AlbControl implements RouterControl {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String METHOD_CONDITION = "http-request-method";

    private final AlbSettings settings;
    private final Supplier<ElasticLoadBalancingV2Client> client;

    /** Finds credentials by the default chain when they are first needed. */
    public AlbControl(AlbSettings settings) {
        this(settings, new OnFirstUse<>(() -> builder(settings).build()));
    }

    /** @param client how the API is reached */
    public AlbControl(AlbSettings settings, Supplier<ElasticLoadBalancingV2Client> client) {
        this.settings = settings;
        this.client = client;
    }

    /** A client with the settings' region, address and limits. */
    public static ElasticLoadBalancingV2ClientBuilder builder(AlbSettings settings) {
        var builder = ElasticLoadBalancingV2Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(settings.timeout())
                        .socketTimeout(settings.timeout()))
                .overrideConfiguration(limits -> limits.apiCallTimeout(settings.timeout()));
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        }
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder;
    }

    @Override
    public String shown() {
        return "the load balancer of " + settings.reads();
    }

    @Override
    public Routing read() {
        List<String> troubles = new ArrayList<>();
        Integer reads = reads().share(settings).orElse(null);
        if (reads == null) {
            troubles.add("no target group has a weight in the rule for reads");
        }
        Optional<Integer> written = writes().share(settings);
        Side writes = written.filter(share -> share % 100 == 0).map(share -> share == 0 ? Side.SOURCE : Side.TARGET)
                .orElse(null);
        if (writes == null) {
            troubles.add("writes do not all go to one target group");
        }
        return new Routing(writes, reads, troubles);
    }

    /** The actions of the rule for reads, which must match nothing else. */
    private AlbActions reads() {
        Rule rule = rule(settings.reads());
        boolean only = rule.conditions().stream().filter(condition -> METHOD_CONDITION.equals(condition.field()))
                .anyMatch(condition -> READING.containsAll(methods(condition)));
        if (!only) {
            throw new TrafficException("The rule for reads, " + settings.reads() + ", needs the condition "
                    + METHOD_CONDITION + " with nothing but GET, HEAD and OPTIONS. Nothing was changed.");
        }
        return new AlbActions("The rule " + settings.reads(), rule.actions());
    }

    private static List<String> methods(RuleCondition condition) {
        return condition.httpRequestMethodConfig() == null
                ? condition.values()
                : condition.httpRequestMethodConfig().values();
    }

    private AlbActions writes() {
        return settings.writesByRule()
                ? new AlbActions("The rule " + settings.writes(), rule(settings.writes()).actions())
                : new AlbActions("The default action of " + settings.writes(),
                        ask(api -> api.describeListeners(it -> it.listenerArns(settings.writes()))).listeners().stream()
                                .findFirst().orElseThrow(() -> missing(settings.writes())).defaultActions());
    }

    private Rule rule(String arn) {
        return ask(api -> api.describeRules(it -> it.ruleArns(arn))).rules().stream().findFirst()
                .orElseThrow(() -> missing(arn));
    }

    private static TrafficException missing(String arn) {
        return new TrafficException("There is no " + arn + ".");
    }

    private interface Question<T> {
        T ask(ElasticLoadBalancingV2Client api);
    }

    private <T> T ask(Question<T> question) {
        try {
            return question.ask(client.get());
        } catch (ElasticLoadBalancingV2Exception e) {
            String why = e.awsErrorDetails() == null
                    ? String.valueOf(e.getMessage())
                    : e.awsErrorDetails().errorCode() + ", " + e.awsErrorDetails().errorMessage();
            throw new TrafficException("AWS refused: " + why + ".", e);
        } catch (SdkException e) {
            throw new TrafficException("AWS could not be asked: " + e.getMessage(), e);
        }
    }

    @Override
    public void route(Side writes, int readsOnTarget) {
        AlbActions reading = reads();
        AlbActions writing = writes();
        int written = writes == Side.TARGET ? 100 : 0;
        if (!writing.share(settings).equals(Optional.of(written))) {
            ask(api -> settings.writesByRule()
                    ? api.modifyRule(it -> it.ruleArn(settings.writes()).actions(writing.with(settings, written)))
                    : api.modifyListener(it -> it.listenerArn(settings.writes())
                            .defaultActions(writing.with(settings, written))));
        }
        if (!reading.share(settings).equals(Optional.of(readsOnTarget))) {
            ask(api -> api.modifyRule(
                    it -> it.ruleArn(settings.reads()).actions(reading.with(settings, readsOnTarget))));
        }
    }

    @Override
    public List<String> plan(Side writes, int readsOnTarget) {
        return List.of("Set the weights of " + settings.reads() + " so that " + readsOnTarget + " % of reads go to "
                + settings.green() + " and the rest to " + settings.blue(),
                "Set the weights of " + settings.writes() + " so that all writes go to "
                        + (writes == Side.SOURCE ? settings.blue() : settings.green()),
                "Leave every other action, condition and stickiness as it is");
    }

    @Override
    public Optional<String> obstacle(Side to) {
        reads();
        if (writes().sticky()) {
            return Optional.of("The target groups of " + settings.writes()
                    + " are sticky, which would keep writes of known visitors where they are. Switch that off.");
        }
        String group = to == Side.SOURCE ? settings.blue() : settings.green();
        boolean healthy = ask(api -> api.describeTargetHealth(it -> it.targetGroupArn(group)))
                .targetHealthDescriptions().stream()
                .anyMatch(target -> target.targetHealth().state() == TargetHealthStateEnum.HEALTHY
                        || target.targetHealth().state() == TargetHealthStateEnum.UNUSED);
        return healthy
                ? Optional.empty()
                : Optional.of("No target of " + group + ", which works on " + to.database() + ", is healthy.");
    }
}
