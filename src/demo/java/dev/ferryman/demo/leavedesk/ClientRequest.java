package dev.ferryman.demo.leavedesk;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One HTTP request as a client sent it. Whatever does not fit is refused with status 400 and the reason. */
final class ClientRequest {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_NOTE = 500;
    private static final int MAX_DAYS = 366;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpExchange exchange;
    private final Map<String, String> query;
    private final byte[] body;

    ClientRequest(HttpExchange exchange) throws IOException {
        this.exchange = exchange;
        this.query = pairs(exchange.getRequestURI().getRawQuery());
        this.body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new RequestRefusedException(413, "The body is longer than 64 KiB.");
        }
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private static Map<String, String> pairs(@Nullable String encoded) {
        Map<String, String> result = new LinkedHashMap<>();
        if (encoded == null || encoded.isEmpty()) {
            return result;
        }
        try {
            for (String pair : encoded.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                result.put(URLDecoder.decode(name, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException(400, "The parameters are not URL-encoded.", e);
        }
        return result;
    }

    /** A whole number from the query. */
    int number(String name, int otherwise, int min, int max) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new RequestRefusedException(400, name + " must be a whole number.", e);
        }
        throw new RequestRefusedException(400, name + " must be from " + min + " to " + max + ".");
    }

    /** A word from the query; null where it is not given. */
    @Nullable
    String oneOf(String name, List<String> allowed) {
        String value = query.get(name);
        if (value != null && !allowed.contains(value)) {
            throw new RequestRefusedException(400, name + " must be one of " + String.join(", ", allowed) + ".");
        }
        return value;
    }

    /** {@code true} or {@code false} from the query, a form or a JSON object. */
    boolean flag(String name) {
        String value = query.containsKey(name) ? query.get(name) : field(name);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            case null, default -> throw new RequestRefusedException(400, name + " must be true or false.");
        };
    }

    /** A text from a form or a JSON object. */
    String field(String name) {
        String type = header("Content-Type");
        String value;
        if (type != null && type.startsWith("application/json")) {
            JsonNode node = json().path(name);
            value = node.isValueNode() && !node.isNull() ? node.asString() : null;
        } else {
            value = pairs(new String(body, StandardCharsets.UTF_8).strip()).get(name);
        }
        if (value == null || value.isBlank()) {
            throw new RequestRefusedException(400, "The field " + name + " is missing.");
        }
        return value;
    }

    private JsonNode json() {
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JacksonException e) {
            // The parser's own text repeats the body, which may hold a password.
            throw new RequestRefusedException(400, "The body is not valid JSON.");
        }
        if (!node.isObject()) {
            throw new RequestRefusedException(400, "The body must be a JSON object.");
        }
        return node;
    }

    /** A new leave request from a JSON body. */
    LeaveWrites.NewRequest newRequest() {
        String type = header("Content-Type");
        if (type == null || !type.startsWith("application/json")) {
            throw new RequestRefusedException(415, "Send the request as application/json.");
        }
        JsonNode json = json();
        JsonNode employee = json.path("employeeId");
        if (!employee.isIntegralNumber() || !employee.canConvertToLong() || employee.asLong() < 1) {
            throw new RequestRefusedException(400, "employeeId must be a whole number above 0.");
        }
        JsonNode kind = json.path("kind");
        if (!kind.isString() || !LeaveStore.KINDS.contains(kind.asString())) {
            throw new RequestRefusedException(400,
                    "kind must be one of " + String.join(", ", LeaveStore.KINDS) + ".");
        }
        LocalDate starts = date(json, "startsOn");
        LocalDate ends = date(json, "endsOn");
        if (ends.isBefore(starts) || ends.isAfter(starts.plusDays(MAX_DAYS))) {
            throw new RequestRefusedException(400, "endsOn must be on or after startsOn and within a year of it.");
        }
        JsonNode halfDay = json.path("halfDay");
        if (!halfDay.isMissingNode() && !halfDay.isBoolean()) {
            throw new RequestRefusedException(400, "halfDay must be true or false.");
        }
        boolean half = halfDay.isBoolean() && halfDay.asBoolean();
        if (half && !ends.equals(starts)) {
            throw new RequestRefusedException(400, "A half day starts and ends on the same day.");
        }
        LeaveWrites.NewRequest request = new LeaveWrites.NewRequest(employee.asLong(), kind.asString(), starts, ends,
                half, note(json.path("note")));
        if (request.days().signum() == 0) {
            throw new RequestRefusedException(400, "There is no working day from startsOn to endsOn.");
        }
        return request;
    }

    private static LocalDate date(JsonNode json, String name) {
        JsonNode node = json.path(name);
        try {
            LocalDate date = node.isString() ? LocalDate.parse(node.asString()) : null;
            if (date != null && date.getYear() >= 2000 && date.getYear() <= 2100) {
                return date;
            }
        } catch (DateTimeException e) {
            throw new RequestRefusedException(400, name + " must be a date such as 2026-05-31.", e);
        }
        throw new RequestRefusedException(400, name + " must be a date from 2000 to 2100, such as 2026-05-31.");
    }

    private static @Nullable String note(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        String note = node.isString() ? node.asString() : "";
        boolean storable = note.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(note);
        if (!node.isString() || note.length() > MAX_NOTE || !storable) {
            throw new RequestRefusedException(400,
                    "note must be text of at most 500 characters without NUL and broken surrogates.");
        }
        return note;
    }
}
