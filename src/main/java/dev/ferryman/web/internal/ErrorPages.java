package dev.ferryman.web.internal;

import dev.ferryman.store.StoreCondition;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.WebAttributes;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers whatever no controller has answered: as a page for people, as an RFC 9457 problem below {@code /api}. Neither
 * shows what an exception says, since that may hold anything; a failure gets a reference that is in the log as well.
 */
@Controller
class ErrorPages implements ErrorController {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);

    private final StoreCondition store;

    ErrorPages(StoreCondition store) {
        this.store = store;
    }

    @RequestMapping("/error")
    Object error(HttpServletRequest request) {
        var trouble = troubled(request);
        var text = trouble.map(ErrorText::of).orElseGet(() -> text(request));
        var path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
        var reference = trouble.isEmpty() && text.status().is5xxServerError() ? reference(request, path) : null;
        if (path.startsWith(request.getContextPath() + "/api/")) {
            return problem(text, path, reference);
        }
        return page(text, reference);
    }

    /** The page of a text. */
    static ModelAndView page(ErrorText text, @Nullable String reference) {
        var page = new ModelAndView("error", text.status());
        page.addObject("error", text);
        page.addObject("reference", reference);
        return page;
    }

    private static ResponseEntity<ProblemDetail> problem(ErrorText text, String path, @Nullable String reference) {
        var problem = ProblemDetail.forStatusAndDetail(text.status(), text.what());
        problem.setType(URI.create("urn:ferryman:problem:"
                + text.status().getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-')));
        problem.setTitle(text.headline());
        problem.setInstance(URI.create(path));
        problem.setProperty("next", text.next());
        if (reference != null) {
            problem.setProperty("reference", reference);
        }
        return ResponseEntity.status(text.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    /** What is wrong with the state store, where that is why the request was not answered. */
    private Optional<StoreCondition.Trouble> troubled(HttpServletRequest request) {
        boolean refused = Integer.valueOf(HttpStatus.SERVICE_UNAVAILABLE.value())
                .equals(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE));
        return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
                ? store.seen(thrown)
                : refused ? store.trouble() : Optional.empty();
    }

    private static ErrorText text(HttpServletRequest request) {
        if (request.getAttribute(WebAttributes.ACCESS_DENIED_403) instanceof CsrfException) {
            return ErrorText.staleForm();
        }
        var code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        // Nobody has a reason to ask for /error itself.
        var status = code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        return ErrorText.of(status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status);
    }

    private static String reference(HttpServletRequest request, String path) {
        var reference = UUID.randomUUID().toString().substring(0, 8);
        var cause = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        LOG.error("Request {} {} failed, reference {}", request.getMethod(), path, reference,
                cause instanceof Throwable thrown ? thrown : null);
        return reference;
    }
}
