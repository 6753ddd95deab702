package dev.ferryman.api.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.ScopeMissingException;
import dev.ferryman.cutover.CutoverRefusedException;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.notify.NoSuchMessageException;
import dev.ferryman.notify.NotPermittedException;
import dev.ferryman.report.FileTooLargeException;
import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.InvalidCutoverException;
import dev.ferryman.runbook.NoSuchCutoverException;
import dev.ferryman.runbook.RoleMissingException;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.UnreadableLogException;
import dev.ferryman.store.StoreCondition;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Refusals as RFC 9457 problems: {@code detail} says what happened, {@code next} what to do. Nothing was changed by a
 * request that is answered with one.
 */
@RestControllerAdvice(basePackageClasses = ApiProblems.class)
class ApiProblems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiProblems.class);
    private static final String COMPARE = "Compare the request with /v3/api-docs.";

    private final CutoverService cutovers;
    private final StoreCondition store;

    ApiProblems(CutoverService cutovers, StoreCondition store) {
        this.cutovers = cutovers;
        this.store = store;
    }

    @ExceptionHandler
    ProblemDetail noSuchCutover(NoSuchCutoverException e) {
        return ProblemType.NOT_FOUND.problem(message(e), "List them at /api/v1/cutovers.");
    }

    @ExceptionHandler
    ProblemDetail archived(ArchivedCutoverException e) {
        return ProblemType.GONE.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail unreadable(UnreadableLogException e) {
        LOG.error("A request to the API failed", e);
        return ProblemType.INTERNAL_SERVER_ERROR.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail noSuchPart(NoSuchPartException e) {
        return ProblemType.NOT_FOUND.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail stale(StaleVersionException e, CurrentUser user) {
        ProblemDetail problem = ProblemType.STALE_VERSION.problem(message(e),
                "Look at cutover, the new state, and decide on its version.");
        problem.setProperty("expectedVersion", e.expected());
        problem.setProperty("actualVersion", e.actual());
        problem.setProperty("cutover",
                CutoverJson.of(cutovers.view(CutoverController.actor(user), e.cutoverId())));
        return problem;
    }

    @ExceptionHandler
    ProblemDetail illegalMove(IllegalMoveException e) {
        ProblemType type = e instanceof RoleMissingException ? ProblemType.FORBIDDEN : ProblemType.ILLEGAL_MOVE;
        return type.problem(e.tried() + " is not possible: " + e.reason(), e.instead());
    }

    @ExceptionHandler
    ProblemDetail scopeMissing(ScopeMissingException e) {
        return ProblemType.FORBIDDEN.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail notAllowed(NotAllowedException e) {
        return ProblemType.FORBIDDEN.problem(message(e), e.who());
    }

    @ExceptionHandler
    ProblemDetail notPermitted(NotPermittedException e) {
        return ProblemType.FORBIDDEN.problem(message(e), e.who());
    }

    @ExceptionHandler
    ProblemDetail noSuchMessage(NoSuchMessageException e) {
        return ProblemType.NOT_FOUND.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidCutoverException e) {
        ProblemDetail problem = ProblemType.CUTOVER_REFUSED.problem(message(e),
                "Correct the fields named in problems.");
        problem.setProperty("problems",
                e.problems().entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(entry -> new DraftJson.ProblemJson(entry.getKey(), entry.getValue(), "")).toList());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail refused(CutoverRefusedException e) {
        ProblemDetail problem = ProblemType.CUTOVER_REFUSED.problem(message(e),
                "Correct the fields named in problems.");
        problem.setProperty("problems", e.problems().stream().map(DraftJson.ProblemJson::of).toList());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail tooLarge(FileTooLargeException e) {
        return ProblemType.CONTENT_TOO_LARGE.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail badInput(BadInputException e) {
        return ProblemType.BAD_INPUT.problem(message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail badField(BadFieldException e) {
        return field(e.field(), message(e), e.next());
    }

    @ExceptionHandler
    ProblemDetail anything(Exception e) {
        Optional<StoreCondition.Trouble> trouble = store.seen(e);
        if (trouble.isPresent()) {
            return ProblemType.SERVICE_UNAVAILABLE.problem(trouble.get().what(), trouble.get().next());
        }
        LOG.error("A request to the API failed", e);
        return ProblemType.INTERNAL_SERVER_ERROR.problem(
                "Something went wrong inside Ferryman. What is running goes on.",
                "Read the cutover again before repeating a command; the log has the details.");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = UnreadableBody.problem(e);
        return handleExceptionInternal(e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(HttpMediaTypeNotSupportedException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        boolean json = e.getSupportedMediaTypes().isEmpty()
                || e.getSupportedMediaTypes().contains(MediaType.APPLICATION_JSON);
        String wanted = json ? MediaType.APPLICATION_JSON_VALUE : e.getSupportedMediaTypes().getFirst().toString();
        return handleExceptionInternal(e, ProblemType.UNSUPPORTED_MEDIA_TYPE.problem(
                "The body comes as " + (e.getContentType() == null ? "nothing in particular" : e.getContentType())
                        + ", not as " + (json ? "JSON" : wanted) + ".",
                "Send " + (json ? "JSON" : "the content") + " with the header Content-Type: " + wanted + "."), headers,
                status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return handleExceptionInternal(e, field(e.getParameterName(),
                "The request has no parameter " + e.getParameterName() + ".", COMPARE), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        String name = e instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : Objects.requireNonNullElse(e.getPropertyName(), "parameter");
        return handleExceptionInternal(e, field(name, name + " is not a whole number.", COMPARE), headers, status,
                request);
    }

    private static ProblemDetail field(String field, String what, String next) {
        ProblemDetail problem = ProblemType.BAD_REQUEST.problem(what, next);
        problem.setProperty("field", field);
        return problem;
    }

    private static String message(Throwable refusal) {
        return Objects.requireNonNullElse(refusal.getMessage(), "The request was refused.");
    }
}
