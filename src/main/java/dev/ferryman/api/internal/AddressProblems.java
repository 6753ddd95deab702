package dev.ferryman.api.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Refusals of requests below {@code /api} that reach no controller. All others are thrown on, to the error pages: that
 * is how Spring MVC wants to be told that somebody else answers.
 */
@RestControllerAdvice
class AddressProblems {
    @ExceptionHandler
    ProblemDetail noAddress(NoResourceFoundException e, HttpServletRequest request) throws NoResourceFoundException {
        if (!isApi(request)) {
            throw e;
        }
        return ProblemType.NOT_FOUND.problem("The API has no address " + request.getRequestURI() + ".",
                "See /v3/api-docs for those it has.");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> method(HttpRequestMethodNotSupportedException e, HttpServletRequest request)
            throws HttpRequestMethodNotSupportedException {
        if (!isApi(request)) {
            throw e;
        }
        Set<HttpMethod> allowed = Objects.requireNonNullElse(e.getSupportedHttpMethods(), Set.of());
        return ResponseEntity.status(405).allow(allowed.toArray(HttpMethod[]::new))
                .body(ProblemType.METHOD_NOT_ALLOWED.problem(
                        e.getMethod() + " is not possible at " + request.getRequestURI() + ".",
                        "Use " + String.join(" or ", allowed.stream().map(HttpMethod::name).sorted().toList()) + "."));
    }

    @ExceptionHandler
    ProblemDetail notAcceptable(HttpMediaTypeNotAcceptableException e, HttpServletRequest request)
            throws HttpMediaTypeNotAcceptableException {
        if (!isApi(request)) {
            throw e;
        }
        return ProblemType.NOT_ACCEPTABLE.problem("This address has no answer in a form that Accept allows.",
                "Leave the header Accept out, or accept "
                        + String.join(" or ", e.getSupportedMediaTypes().stream().map(Object::toString).toList())
                        + ".");
    }

    private static boolean isApi(HttpServletRequest request) {
        return request.getRequestURI().startsWith(request.getContextPath() + "/api/");
    }
}
