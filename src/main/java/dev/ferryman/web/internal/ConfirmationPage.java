package dev.ferryman.web.internal;

import dev.ferryman.access.ConfirmationRequiredException;
import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/**
 * Asks for the password before something is done that cannot be taken back. The page carries what was sent, and sends it
 * again together with the password: nothing has to be chosen or typed twice, and no script is needed.
 */
@ControllerAdvice(basePackageClasses = ConfirmationPage.class)
class ConfirmationPage {
    private static final Pattern CUTOVER = Pattern.compile("(/cutovers/[A-Za-z0-9_-]+)/.*");

    /** A field of the form as it was sent. */
    record Field(String name, String value) {}

    @ExceptionHandler
    ModelAndView confirm(ConfirmationRequiredException e, HttpServletRequest request, CurrentUser user) {
        var page = new ModelAndView("account/confirm",
                e.refusal().tooMany() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.FORBIDDEN);
        page.addObject("confirmation", e);
        page.addObject("username", user.username());
        page.addObject("address", request.getRequestURI());
        page.addObject("back", back(request));
        page.addObject("fields", fields(request));
        return page;
    }

    private static List<Field> fields(HttpServletRequest request) {
        return request.getParameterMap().entrySet().stream()
                .filter(field -> !field.getKey().equals("_csrf") && !field.getKey().equals(Confirmations.FIELD))
                .flatMap(field -> Arrays.stream(field.getValue()).map(value -> new Field(field.getKey(), value)))
                .toList();
    }

    /** The page the form was on. */
    private static String back(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Matcher cutover = CUTOVER.matcher(path);
        String page = cutover.matches() ? cutover.group(1) : path.startsWith("/account") ? "/account" : "/users";
        return request.getContextPath() + page;
    }
}
