package dev.ferryman.monitor;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Prometheus server, or whatever else answers its HTTP API
 * (<a href="https://prometheus.io/docs/prometheus/latest/querying/api/">querying</a>).
 */
public final class Prometheus {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Answers in which Prometheus says what is wrong with the query, besides the good one. */
    private static final Set<Integer> SPOKEN = Set.of(200, 400, 422, 503);
    /** So many values fit an answer of 64 KiB. */
    private static final int PIECE = 1000;
    private static final int MOST_PIECES = 20;

    private final HttpHooks hooks;
    private final String address;
    private final Map<String, String> headers;
    private final Duration timeout;

    /**
     * @param address such as {@code http://prometheus:9090}, with a path where it is behind one
     * @param headers sent with every question, values may be secret references
     * @param timeout how long one question may take
     */
    public Prometheus(HttpHooks hooks, String address, Map<String, String> headers, Duration timeout) {
        this.hooks = hooks;
        this.address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        this.headers = headers;
        this.timeout = timeout;
        var _ = hooks.checked(call("/api/v1/query", ""));
    }

    /**
     * What a query gives now.
     *
     * @return empty where it gives no series
     * @throws BadInputException where Prometheus does not answer, refuses the query, or gives more than one series
     */
    OptionalDouble now(String query) throws InterruptedException {
        JsonNode data = ask("/api/v1/query", "query=" + encoded(query));
        JsonNode result = data.path("result");
        if (data.path("resultType").asString("").equals("scalar")) {
            return OptionalDouble.of(number(result.path(1)));
        }
        return one(result) ? OptionalDouble.of(number(result.path(0).path("value").path(1))) : OptionalDouble.empty();
    }

    /**
     * What a query gave between two instants, both left out; of a time too long to ask for, the end.
     *
     * @throws BadInputException as {@link #now}
     */
    Map<Instant, Double> between(String query, Instant after, Instant before, Duration apart)
            throws InterruptedException {
        Duration longest = apart.multipliedBy((long) PIECE * MOST_PIECES);
        Instant from = after.isBefore(before.minus(longest)) ? before.minus(longest) : after;
        Map<Instant, Double> values = new TreeMap<>();
        for (Instant start = from.plus(apart); start.isBefore(before); start = start
                .plus(apart.multipliedBy(PIECE))) {
            Instant last = start.plus(apart.multipliedBy(PIECE - 1));
            Instant end = last.isBefore(before) ? last : before;
            JsonNode result = ask("/api/v1/query_range", "query=" + encoded(query) + "&start=" + seconds(start)
                    + "&end=" + seconds(end) + "&step=" + apart.toMillis() / 1000.0).path("result");
            if (one(result)) {
                result.path(0).path("values").forEach(pair -> {
                    Instant at = Instant.ofEpochMilli(Math.round(pair.path(0).asDouble() * 1000));
                    if (at.isBefore(before)) {
                        values.put(at, number(pair.path(1)));
                    }
                });
            }
        }
        return values;
    }

    private static boolean one(JsonNode result) {
        if (result.size() > 1) {
            throw new BadInputException("the query gives " + result.size() + " series.",
                    "Aggregate it to one, such as with sum(…).");
        }
        return result.size() == 1;
    }

    private static double number(JsonNode text) {
        return switch (text.asString("")) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "NaN", "" -> Double.NaN;
            case String figure -> Double.parseDouble(figure);
        };
    }

    private JsonNode ask(String path, String form) throws InterruptedException {
        HttpOutcome outcome = hooks.call(call(path, form), "probe", HookJournal.none());
        if (!(outcome instanceof HttpOutcome.Answered answered)) {
            throw new BadInputException(outcome.message() + ".",
                    "Check its address, and that it is reachable from here.");
        }
        try {
            JsonNode answer = JSON.readTree(answered.body());
            if (!answer.path("status").asString("").equals("success")) {
                throw new BadInputException(answer.path("error").asString("it answered " + answered.status()) + ".",
                        "Correct the query.");
            }
            return answer.path("data");
        } catch (JacksonException e) {
            throw new BadInputException("what answers there does not speak Prometheus' HTTP API.",
                    "Check the address.", e);
        }
    }

    private HttpCall call(String path, String form) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        URI url = HttpCall.address(address + path);
        return new HttpCall("POST", url, all, form, SPOKEN, 0, Duration.ZERO, timeout);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String seconds(Instant at) {
        return String.valueOf(at.toEpochMilli() / 1000.0);
    }
}
