package dev.ferryman.access.internal;

import dev.ferryman.access.LoginRefusal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands before the password check and hears its outcome. A refused attempt gets the login page again with 401, or 429
 * and {@code Retry-After} when it came too soon; the answer never tells whether the user exists.
 */
final class LoginAttempts extends OncePerRequestFilter implements AuthenticationFailureHandler {
    static final String LOGIN = "/login";
    /** As the password check itself finds out: no other spelling of the address gets past. */
    private static final RequestMatcher ATTEMPT = PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST,
            LOGIN);
    private static final Logger LOG = LoggerFactory.getLogger(LoginAttempts.class);

    private final AccessProperties properties;
    private final LoginThrottle throttle;
    private final Devices devices;
    private final Logins logins;

    LoginAttempts(AccessProperties properties, LoginThrottle throttle, Devices devices, Logins logins) {
        this.properties = properties;
        this.throttle = throttle;
        this.devices = devices;
        this.logins = logins;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (ATTEMPT.matches(request)) {
            var wait = throttle.wait(attempt(request));
            if (wait.isPositive() || !mayUsePassword(request)) {
                refuse(request, response, wait);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private boolean mayUsePassword(HttpServletRequest request) {
        return properties.localLogin() || username(request).strip().equalsIgnoreCase(properties.breakGlassUser());
    }

    @Override
    public void onAuthenticationFailure(HttpServletRequest request, HttpServletResponse response,
            AuthenticationException exception) throws IOException, ServletException {
        try {
            throttle.failed(attempt(request));
        } catch (DataAccessException e) {
            LOG.warn("A refused login is not counted: {}", e.getMostSpecificCause().getMessage());
        }
        // Not the name: people type their password into the wrong field.
        LOG.info("Login from {} refused", request.getRemoteAddr());
        refuse(request, response, throttle.wait(attempt(request)));
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, Duration wait)
            throws ServletException, IOException {
        if (wait.isPositive()) {
            long seconds = wait.plusMillis(999).toSeconds();
            response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        } else {
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
        }
        request.setAttribute(LoginRefusal.ATTRIBUTE, new LoginRefusal(wait));
        request.getRequestDispatcher(LoginRefusal.PATH).forward(request, response);
    }

    /** What happens after the right password. */
    SavedRequestAwareAuthenticationSuccessHandler success() {
        return new SavedRequestAwareAuthenticationSuccessHandler() {
            @Override
            public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response,
                    Authentication authentication)
                    throws ServletException, IOException {
                logins.begin(request.getSession());
                if (authentication.getPrincipal() instanceof SignedIn user) {
                    note(request, response, user);
                    LOG.info("User {} logged in from {}", user.getUsername(), request.getRemoteAddr());
                }
                super.onAuthenticationSuccess(request, response, authentication);
            }
        };
    }

    /** What comes of a login besides the session. Where the store takes no writes, people get in to look all the same. */
    private void note(HttpServletRequest request, HttpServletResponse response, SignedIn user) {
        try {
            throttle.succeeded(attempt(request));
            devices.remember(request, response, user);
        } catch (DataAccessException e) {
            LOG.warn("The login of {} is not noted: {}", user.getUsername(), e.getMostSpecificCause().getMessage());
        }
    }

    private LoginThrottle.Attempt attempt(HttpServletRequest request) {
        return new LoginThrottle.Attempt(username(request), request.getRemoteAddr(),
                devices.known(request, username(request)));
    }

    private static String username(HttpServletRequest request) {
        var name = request.getParameter("username");
        return name == null ? "" : name;
    }
}
