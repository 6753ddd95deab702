package dev.ferryman.hook;

import dev.ferryman.endpoint.BadInputException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests one after another as a user makes them: cookies are kept from one to the next, and what one answer holds can
 * be used in those after it as {@code {extracted:NAME}}. Begins anew each time it is walked.
 */
public final class HttpFlow {
    private static final Pattern EXTRACTED = Pattern.compile("\\{extracted:([^{}]+)}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * One request.
     *
     * @param name what people call it
     * @param method HTTP method
     * @param url absolute address; what is extracted may stand after the host
     * @param headers header values, each may be or contain a secret reference
     * @param form fields sent as an HTML form sends them, values as those of headers; empty for none
     * @param json fields sent as a JSON object, values as those of headers; empty for none
     * @param expected status codes that count as success
     * @param extract names and the fields of the JSON answer they stand for
     * @param expectations fields of the JSON answer and the values they have to have
     * @param timeout how long it may take
     */
    public record Request(String name, String method, String url, Map<String, String> headers,
            Map<String, String> form, Map<String, String> json, Set<Integer> expected, Map<String, String> extract,
            Map<String, String> expectations, Duration timeout) {
        public Request {
            headers = Map.copyOf(headers);
            form = Map.copyOf(form);
            json = Map.copyOf(json);
            extract = Map.copyOf(extract);
            expectations = Map.copyOf(expectations);
            if (!form.isEmpty() && !json.isEmpty()) {
                throw new BadInputException("The request ‘" + name + "’ has both a form and JSON.",
                        "Send one of them.");
            }
            if (EXTRACTED.matcher(url.replaceFirst("(?<=[^:/])[/?].*", "")).find()) {
                throw new BadInputException("The request ‘" + name + "’ takes its host from an answer.",
                        "Write the host; what is extracted may stand after it.");
            }
            extract.values().forEach(JsonField::checked);
            expectations.keySet().forEach(JsonField::checked);
        }

        private HttpCall call(String address) {
            return new HttpCall(method, HttpCall.address(address), headers, null, expected, 0, Duration.ZERO, timeout);
        }

        /** Method and address as they may be shown: before anything is put in. */
        String shown() {
            return method + " " + url.replaceFirst("\\?.*", "");
        }
    }

    private final HttpHooks hooks;
    private final List<Request> requests;

    /** @param hooks resolves the secrets */
    public HttpFlow(HttpHooks hooks, List<Request> requests) {
        this.hooks = hooks;
        this.requests = List.copyOf(requests);
        if (requests.isEmpty()) {
            throw new BadInputException("A flow has no request.", "List its requests.");
        }
        Set<String> known = new HashSet<>();
        for (Request request : requests) {
            for (String text : texts(request)) {
                EXTRACTED.matcher(text).results().map(found -> found.group(1)).filter(name -> !known.contains(name))
                        .findFirst().ifPresent(name -> {
                            throw new BadInputException("The request ‘" + request.name() + "’ uses {extracted:" + name
                                    + "}, which no request before it extracts.", "Extract it, or correct the name.");
                        });
            }
            hooks.checked(request.call(EXTRACTED.matcher(request.url()).replaceAll("x")));
            known.addAll(request.extract().keySet());
        }
    }

    private static List<String> texts(Request request) {
        List<String> texts = new ArrayList<>(request.headers().values());
        texts.addAll(request.form().values());
        texts.addAll(request.json().values());
        texts.add(request.url());
        return texts;
    }

    /** How long it may take altogether. */
    public Duration limit() {
        return requests.stream().map(Request::timeout).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Makes all requests, up to the first that does not go as it should.
     *
     * @return answered with the time of all together; or what came of the request that went wrong
     * @throws BadInputException where a secret reference leads nowhere
     * @throws InterruptedException where the caller was interrupted
     */
    public HttpOutcome walk() throws InterruptedException {
        Map<String, String> extracted = new HashMap<>();
        Duration together = Duration.ZERO;
        int status = 0;
        try (HttpHooks.Session session = hooks.session()) {
            for (Request request : requests) {
                HttpOutcome outcome = make(request, session, extracted);
                if (outcome instanceof HttpOutcome.Refused refused) {
                    return new HttpOutcome.Refused(refused.status(), "", 1, refused.message());
                }
                if (!(outcome instanceof HttpOutcome.Answered answered)) {
                    return outcome;
                }
                together = together.plus(answered.duration());
                status = answered.status();
                Optional<String> wrong = wrong(request, answered.body(), extracted);
                if (wrong.isPresent()) {
                    return new HttpOutcome.Refused(status, "", 1, request.name() + ": " + wrong.get());
                }
            }
        }
        String count = requests.size() == 1 ? "1 request" : "all " + requests.size() + " requests";
        return new HttpOutcome.Answered(status, "", 1, together, count + " went as they should");
    }

    private static HttpOutcome make(Request request, HttpHooks.Session session, Map<String, String> extracted)
            throws InterruptedException {
        UnaryOperator<String> reveal = text -> put(session.secrets().reveal(text), extracted, UnaryOperator.identity());
        HttpCall call = request.call(put(request.url(), extracted, HttpFlow::encoded));
        return session.call(call, body(request, reveal), contentType(request), reveal,
                request.name() + ": " + request.shown());
    }

    private static @Nullable String body(Request request, UnaryOperator<String> reveal) {
        if (!request.json().isEmpty()) {
            Map<String, String> fields = new HashMap<>();
            request.json().forEach((name, value) -> fields.put(name, reveal.apply(value)));
            return JSON.writeValueAsString(fields);
        }
        return request.form().isEmpty()
                ? null
                : String.join("&", request.form().entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(reveal.apply(field.getValue())))
                        .toList());
    }

    private static @Nullable String contentType(Request request) {
        return !request.json().isEmpty()
                ? "application/json"
                : request.form().isEmpty() ? null : "application/x-www-form-urlencoded";
    }

    private static Optional<String> wrong(Request request, String body, Map<String, String> extracted) {
        for (var wanted : request.expectations().entrySet()) {
            Optional<String> value = JsonField.read(body, wanted.getKey());
            if (value.isEmpty()) {
                return Optional.of("the answer has no field " + wanted.getKey());
            }
            if (!value.get().equals(wanted.getValue())) {
                // What a login answers may be about a person: it is not repeated.
                return Optional.of(wanted.getKey() + " is not " + wanted.getValue());
            }
        }
        for (var wanted : request.extract().entrySet()) {
            Optional<String> value = JsonField.read(body, wanted.getValue());
            if (value.isEmpty()) {
                return Optional.of("the answer has no " + wanted.getValue() + " to extract");
            }
            extracted.put(wanted.getKey(), value.get());
        }
        return Optional.empty();
    }

    private static String put(String text, Map<String, String> extracted, UnaryOperator<String> form) {
        return EXTRACTED.matcher(text).replaceAll(found -> Matcher
                .quoteReplacement(form.apply(extracted.getOrDefault(found.group(1), ""))));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
