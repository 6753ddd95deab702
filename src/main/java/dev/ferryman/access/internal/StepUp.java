package dev.ferryman.access.internal;

import dev.ferryman.access.ConfirmationRequiredException;
import dev.ferryman.access.Confirmations;
import dev.ferryman.access.Scope;
import dev.ferryman.access.ScopeMissingException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Decides whether somebody has to prove again who is there. Wrong passwords are slowed down like failed logins, so that an
 * open browser is no way around the throttle.
 */
@Component
public class StepUp {
    private static final Logger LOG = LoggerFactory.getLogger(StepUp.class);

    private final AccessProperties properties;
    private final Logins logins;
    private final LoginThrottle throttle;
    private final UserRows users;
    private final PasswordEncoder passwords;

    StepUp(Logins logins, LoginThrottle throttle, UserRows users, PasswordEncoder passwords,
            AccessProperties properties) {
        this.properties = properties;
        this.logins = logins;
        this.throttle = throttle;
        this.users = users;
        this.passwords = passwords;
    }

    /** See {@link Confirmations#require(String)}. */
    public void require(String what) {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && TokenScopes.isToken(authentication)) {
            if (!TokenScopes.has(authentication, Scope.SWITCH)) {
                throw new ScopeMissingException(Scope.SWITCH);
            }
            return;
        }
        var request = ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
        var session = request.getSession(false);
        if (session != null && logins.fresh(session)) {
            return;
        }
        var user = SignedIn.user(authentication).flatMap(who -> users.findByUsername(who.username())).orElseThrow();
        if (user.external()) {
            var provider = properties.oidc();
            throw new ConfirmationRequiredException(what, false, Duration.ZERO,
                    provider == null ? "the provider" : provider.name());
        }
        var given = request.getParameter(Confirmations.FIELD);
        if (session == null || given == null || given.isEmpty()) {
            throw new ConfirmationRequiredException(what, false, Duration.ZERO, null);
        }
        // For the session alone: what others guess elsewhere must not keep out who is in.
        var attempt = new LoginThrottle.Attempt(user.username(), request.getRemoteAddr(), session.getId());
        var pause = throttle.wait(attempt);
        if (pause.isPositive()) {
            throw new ConfirmationRequiredException(what, false, pause, null);
        }
        if (!passwords.matches(given, user.passwordHash())) {
            throttle.failed(attempt);
            LOG.info("User {} gave a wrong password when asked again, from {}", user.username(),
                    request.getRemoteAddr());
            throw new ConfirmationRequiredException(what, true, throttle.wait(attempt), null);
        }
        throttle.succeeded(attempt);
        logins.proved(session);
        LOG.info("User {} confirmed the password from {}", user.username(), request.getRemoteAddr());
    }
}
