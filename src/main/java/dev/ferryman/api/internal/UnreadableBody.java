package dev.ferryman.api.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in one line what is wrong with a body. Never repeats a value of it, which may be a password. */
final class UnreadableBody {
    private static final int LONGEST_NAME = 60;

    private UnreadableBody() {}

    static ProblemDetail problem(HttpMessageNotReadableException refused) {
        for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyLimit.BodyTooLargeException) {
                return BodyLimit.problem();
            }
        }
        return switch (refused.getCause()) {
            case UnrecognizedPropertyException unknown -> field(path(unknown),
                    "The field " + path(unknown) + " is not known here.",
                    "Send only " + known(unknown.getKnownPropertyIds()) + ".");
            case MismatchedInputException wrong when !wrong.getPath().isEmpty() ->
                field(path(wrong), "The field " + path(wrong) + " does not hold " + wanted(wrong.getTargetType()) + ".",
                        "Correct it and send the request again.");
            case MismatchedInputException whole -> ProblemType.BAD_REQUEST.problem(
                    "The body is not " + wanted(whole.getTargetType()) + ".", "Compare it with /v3/api-docs.");
            case DatabindException wrong when !wrong.getPath().isEmpty() ->
                field(path(wrong), "The field " + path(wrong) + " cannot be read.", "Compare it with /v3/api-docs.");
            case JacksonException broken -> ProblemType.BAD_REQUEST.problem("The body is no JSON" + at(broken) + ".",
                    "Correct it and send the request again.");
            case null, default -> ProblemType.BAD_REQUEST.problem("The request has no body.",
                    "Send a JSON object as /v3/api-docs describes it.");
        };
    }

    private static ProblemDetail field(String field, String what, String next) {
        ProblemDetail problem = ProblemType.BAD_REQUEST.problem(what, next);
        problem.setProperty("field", field);
        return problem;
    }

    private static String path(DatabindException where) {
        return shown(where.getPath().stream()
                .map(step -> step.getPropertyName() == null
                        ? Integer.toString(step.getIndex())
                        : step.getPropertyName())
                .collect(Collectors.joining(".")));
    }

    private static String shown(String name) {
        String plain = name.codePoints().map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
    }

    private static String known(@Nullable Collection<Object> ids) {
        return ids == null
                ? "what /v3/api-docs describes"
                : ids.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return "what is expected";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == Long.class || type == long.class || type == Integer.class || type == int.class) {
            return "a whole number";
        }
        return List.class.isAssignableFrom(type)
                ? "a list"
                : Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "what is expected";
    }

    private static String at(JacksonException broken) {
        TokenStreamLocation location = broken.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " after line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
