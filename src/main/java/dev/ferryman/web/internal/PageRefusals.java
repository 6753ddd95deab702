package dev.ferryman.web.internal;

import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.notify.NoSuchMessageException;
import dev.ferryman.notify.NotPermittedException;
import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.NoSuchCutoverException;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.UnreadableLogException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.ModelAndView;

/** Refusals that a page's controller has not shown beside the form itself. */
@ControllerAdvice(basePackageClasses = PageRefusals.class)
class PageRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(PageRefusals.class);

    @ExceptionHandler
    ModelAndView badInput(BadInputException e) {
        return page(HttpStatus.UNPROCESSABLE_CONTENT, "This cannot be done", e, e.next());
    }

    /** Another program than a browser, or a form that is not ours. */
    @ExceptionHandler
    ModelAndView noFile(MultipartException e) {
        return ErrorPages.page(e instanceof MaxUploadSizeExceededException
                ? ErrorText.of(HttpStatus.CONTENT_TOO_LARGE)
                : new ErrorText(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The form carries no file",
                        "What was sent is not multipart/form-data; nothing was changed.",
                        "Choose the file on the report's page and send that form."),
                null);
    }

    @ExceptionHandler
    ModelAndView noSuchPart(NoSuchPartException e) {
        return page(HttpStatus.NOT_FOUND, "There is no such page", e, e.next());
    }

    @ExceptionHandler
    ModelAndView noSuchCutover(NoSuchCutoverException e) {
        return page(HttpStatus.NOT_FOUND, "There is no such cutover", e, "Start from the list of cutovers.");
    }

    @ExceptionHandler
    ModelAndView archived(ArchivedCutoverException e) {
        return page(HttpStatus.GONE, "This cutover is archived", e, e.next());
    }

    @ExceptionHandler
    ModelAndView unreadable(UnreadableLogException e) {
        LOG.error("A page cannot be shown", e);
        return page(HttpStatus.INTERNAL_SERVER_ERROR, "The log of this cutover cannot be read", e, e.next());
    }

    @ExceptionHandler
    ModelAndView stale(StaleVersionException e) {
        var known = ErrorText.of(HttpStatus.CONFLICT);
        return page(HttpStatus.CONFLICT, known.headline(), e, known.next());
    }

    @ExceptionHandler
    ModelAndView illegalMove(IllegalMoveException e) {
        return ErrorPages.page(
                new ErrorText(HttpStatus.CONFLICT, e.tried() + " is not possible", e.reason(), e.instead()), null);
    }

    @ExceptionHandler
    ModelAndView notAllowed(NotAllowedException e) {
        return page(HttpStatus.FORBIDDEN, "You may not do this", e, e.who());
    }

    @ExceptionHandler
    ModelAndView notPermitted(NotPermittedException e) {
        return page(HttpStatus.FORBIDDEN, "You may not do this", e, e.who());
    }

    @ExceptionHandler
    ModelAndView noSuchMessage(NoSuchMessageException e) {
        return page(HttpStatus.NOT_FOUND, "There is no such page", e, e.next());
    }

    private static ModelAndView page(HttpStatus status, String headline, Exception refusal, String next) {
        var what = Objects.requireNonNullElse(refusal.getMessage(), headline);
        return ErrorPages.page(new ErrorText(status, headline, what, next), null);
    }
}
