package dev.ferryman.api.internal;

import dev.ferryman.cutover.CutoverRefusedException;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.InvalidCutoverException;
import dev.ferryman.runbook.NoSuchCutoverException;
import dev.ferryman.runbook.StaleVersionException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Refusals as RFC 9457 problems: {@code detail} says what happened, {@code next} what to do. Nothing was changed by a
 * request that is answered with one.
 */
@RestControllerAdvice(basePackageClasses = ApiProblems.class)
class ApiProblems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiProblems.class);

    @ExceptionHandler
    ProblemDetail noSuchCutover(NoSuchCutoverException e) {
        return problem(HttpStatus.NOT_FOUND, "No such cutover", e, "List them at /api/v1/cutovers.");
    }

    @ExceptionHandler
    ProblemDetail stale(StaleVersionException e) {
        ProblemDetail problem = problem(HttpStatus.CONFLICT, "The cutover has changed", e,
                "Read the cutover again and decide on its new state.");
        problem.setProperty("expectedVersion", e.expected());
        problem.setProperty("actualVersion", e.actual());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail illegalMove(IllegalMoveException e) {
        return problem(HttpStatus.CONFLICT, e.tried() + " is not possible", e.reason(), e.instead());
    }

    @ExceptionHandler
    ProblemDetail notAllowed(NotAllowedException e) {
        return problem(HttpStatus.FORBIDDEN, "Not allowed", e, e.who());
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidCutoverException e) {
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_ENTITY, "The cutover cannot be created",
                e, "Correct the fields named in problems.");
        problem.setProperty("problems",
                e.problems().entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(entry -> new DraftJson.ProblemJson(entry.getKey(), entry.getValue(), "")).toList());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail refused(CutoverRefusedException e) {
        ProblemDetail problem = problem(HttpStatus.UNPROCESSABLE_ENTITY, "The cutover cannot be created",
                e, "Correct the fields named in problems.");
        problem.setProperty("problems", e.problems().stream().map(DraftJson.ProblemJson::of).toList());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail badInput(BadInputException e) {
        return problem(HttpStatus.UNPROCESSABLE_ENTITY, "This cannot be done with what was given", e,
                e.next());
    }

    @ExceptionHandler
    ProblemDetail missingField(MissingFieldException e) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "The request is incomplete", e, e.next());
        problem.setProperty("field", e.field());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail unknownValue(DraftJson.UnknownValueException e) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "The request cannot be read", e,
                "Send " + e.expected() + ".");
        problem.setProperty("field", e.field());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail anything(Exception e) {
        LOG.error("A request to the API failed", e);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Ferryman failed to answer",
                "Something went wrong inside Ferryman. What is running goes on.",
                "Read the cutover again before repeating a command; the log has the details.");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST, "The request cannot be read",
                "The body is not the JSON this address expects.", "Compare it with /v3/api-docs.");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    private static ProblemDetail problem(HttpStatus status, String title, Throwable refusal, String next) {
        return problem(status, title, Objects.requireNonNullElse(refusal.getMessage(), title), next);
    }

    private static ProblemDetail problem(HttpStatus status, String title, String detail, String next) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        problem.setProperty("next", next);
        return problem;
    }
}
