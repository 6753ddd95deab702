package dev.ferryman.traffic;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The query API of Elastic Load Balancing v2, as far as weights need it. The actions of each rule and of the listener are
 * kept in the names of the query protocol ({@code 1.ForwardConfig.TargetGroups.member.2.Weight}).
 */
final class ElbStub implements AutoCloseable {
    private static final String PREFIX = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:";
    static final String READS = PREFIX + "listener-rule/app/edge/1/2/reads";
    static final String WRITES = PREFIX + "listener-rule/app/edge/1/2/writes";
    static final String LISTENER = PREFIX + "listener/app/edge/1/2";
    static final String BLUE = PREFIX + "targetgroup/blue/1";
    static final String GREEN = PREFIX + "targetgroup/green/2";

    private final HttpServer server;
    private final Map<String, TreeMap<String, String>> actions = new ConcurrentHashMap<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private final Set<String> unhealthy = new HashSet<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicBoolean secretsKept = new AtomicBoolean(true);
    private volatile List<String> methods = List.of("GET", "HEAD", "OPTIONS");

    ElbStub() {
        actions.put(READS, new TreeMap<>(Map.of("1.Type", "forward", "1.Order", "1",
                "1.ForwardConfig.TargetGroupStickinessConfig.Enabled", "true",
                "1.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds", "600",
                "1.ForwardConfig.TargetGroups.member.1.TargetGroupArn", BLUE,
                "1.ForwardConfig.TargetGroups.member.1.Weight", "100",
                "1.ForwardConfig.TargetGroups.member.2.TargetGroupArn", GREEN,
                "1.ForwardConfig.TargetGroups.member.2.Weight", "0")));
        for (String writes : List.of(WRITES, LISTENER)) {
            TreeMap<String, String> two = new TreeMap<>(Map.of("1.Type", "authenticate-oidc", "1.Order", "1",
                    "1.AuthenticateOidcConfig.Issuer", "https://login.example.org",
                    "1.AuthenticateOidcConfig.AuthorizationEndpoint", "https://login.example.org/a",
                    "1.AuthenticateOidcConfig.TokenEndpoint", "https://login.example.org/t",
                    "1.AuthenticateOidcConfig.UserInfoEndpoint", "https://login.example.org/u",
                    "1.AuthenticateOidcConfig.ClientId", "shop"));
            two.putAll(Map.of("2.Type", "forward", "2.Order", "2",
                    "2.ForwardConfig.TargetGroups.member.1.TargetGroupArn", BLUE,
                    "2.ForwardConfig.TargetGroups.member.1.Weight", "100",
                    "2.ForwardConfig.TargetGroups.member.2.TargetGroupArn", GREEN,
                    "2.ForwardConfig.TargetGroups.member.2.Weight", "0"));
            actions.put(writes, two);
        }
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int changes() {
        return changes.get();
    }

    void refuse(String action, String code) {
        refused.put(action, code);
    }

    void allow(String action) {
        refused.remove(action);
    }

    void unhealthy(String group) {
        unhealthy.add(group);
    }

    void methods(List<String> given) {
        methods = given;
    }

    void stick(String of) {
        of(of).put("2.ForwardConfig.TargetGroupStickinessConfig.Enabled", "true");
    }

    void third(String of) {
        of(of).put("1.ForwardConfig.TargetGroups.member.3.TargetGroupArn", PREFIX + "targetgroup/grey/3");
        of(of).put("1.ForwardConfig.TargetGroups.member.3.Weight", "5");
    }

    boolean secretsKept() {
        return secretsKept.get();
    }

    private TreeMap<String, String> of(String arn) {
        return requireNonNull(actions.get(arn));
    }

    /** Share of a target group, in percent. */
    int weight(String of, String group) {
        int all = 0;
        int its = 0;
        for (Map.Entry<String, String> entry : of(of).entrySet()) {
            if (entry.getKey().endsWith(".TargetGroupArn")) {
                int weight = Integer.parseInt(
                        of(of).getOrDefault(entry.getKey().replace(".TargetGroupArn", ".Weight"), "1"));
                all += weight;
                its += entry.getValue().equals(group) ? weight : 0;
            }
        }
        return Math.round(100f * its / all);
    }

    /** Everything that is kept but what ends like this. */
    String without(String of, String end) {
        return of(of).entrySet().stream().filter(entry -> !entry.getKey().endsWith(end)).map(Object::toString)
                .collect(Collectors.joining("\n"));
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> form = new TreeMap<>();
        for (String pair : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        String action = form.getOrDefault("Action", "");
        String code = refused.get(action);
        String body = code == null
                ? "<%1$sResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><%1$sResult>%2$s</%1$sResult></%1$sResponse>"
                        .formatted(action, result(action, form))
                : "<ErrorResponse><Error><Type>Sender</Type><Code>" + code
                        + "</Code><Message>not allowed here</Message></Error></ErrorResponse>";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        exchange.sendResponseHeaders(code == null ? 200 : 403, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String result(String action, Map<String, String> form) {
        return switch (action) {
            case "DescribeRules" -> rules(form.getOrDefault("RuleArns.member.1", ""));
            case "DescribeListeners" -> "<Listeners><member><ListenerArn>" + LISTENER + "</ListenerArn><DefaultActions>"
                    + members(of(LISTENER)) + "</DefaultActions></member></Listeners>";
            case "DescribeTargetHealth" -> "<TargetHealthDescriptions><member><TargetHealth><State>"
                    + (unhealthy.contains(form.getOrDefault("TargetGroupArn", "")) ? "unhealthy" : "healthy")
                    + "</State></TargetHealth></member></TargetHealthDescriptions>";
            case "ModifyRule" -> {
                String arn = form.getOrDefault("RuleArn", "");
                keep(arn, "Actions.member.", form);
                yield rules(arn);
            }
            case "ModifyListener" -> {
                keep(LISTENER, "DefaultActions.member.", form);
                yield "<Listeners/>";
            }
            default -> throw new IllegalStateException(action);
        };
    }

    /** Puts what was sent in the place of all actions there were, as AWS does. */
    private void keep(String arn, String prefix, Map<String, String> form) {
        TreeMap<String, String> sent = new TreeMap<>();
        form.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                sent.put(key.substring(prefix.length()), value);
            }
        });
        if (sent.containsKey("1.AuthenticateOidcConfig.ClientId")) {
            secretsKept.compareAndSet(true,
                    "true".equals(sent.remove("1.AuthenticateOidcConfig.UseExistingClientSecret")));
        }
        actions.put(arn, sent);
        changes.incrementAndGet();
    }

    private String rules(String arn) {
        String conditions = arn.equals(READS)
                ? "<Conditions><member><Field>http-request-method</Field><HttpRequestMethodConfig><Values>"
                        + methods.stream().map(method -> "<member>" + method + "</member>")
                                .collect(Collectors.joining())
                        + "</Values></HttpRequestMethodConfig></member></Conditions>"
                : "<Conditions/>";
        return "<Rules><member><RuleArn>" + arn + "</RuleArn>" + conditions + "<Actions>" + members(of(arn))
                + "</Actions></member></Rules>";
    }

    private static String members(TreeMap<String, String> flat) {
        return numbers(flat).stream().map(n -> "<member>" + xml(below(flat, n + ".")) + "</member>")
                .collect(Collectors.joining());
    }

    private static Set<String> numbers(Map<String, String> flat) {
        return flat.keySet().stream().map(key -> key.substring(0, key.indexOf('.')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeMap<String, String> below(TreeMap<String, String> flat, String prefix) {
        TreeMap<String, String> below = new TreeMap<>();
        flat.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                below.put(key.substring(prefix.length()), value);
            }
        });
        return below;
    }

    private static String xml(TreeMap<String, String> flat) {
        StringBuilder xml = new StringBuilder();
        Set<String> names = new TreeSet<>(
                flat.keySet().stream().map(key -> key.contains(".") ? key.substring(0, key.indexOf('.')) : key)
                        .toList());
        for (String name : names) {
            String value = flat.get(name);
            String inner = value != null
                    ? value
                    : name.equals("TargetGroups")
                            ? members(below(flat, "TargetGroups.member."))
                            : xml(below(flat, name + "."));
            xml.append('<').append(name).append('>').append(inner).append("</").append(name).append('>');
        }
        return xml.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
