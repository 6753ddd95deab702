package dev.ferryman.access.internal;

import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** When the person of a session logged in, and last proved again to be the same one. */
@Component
class Logins {
    private static final String BEGAN = Logins.class.getName() + ".began";
    private static final String PROVED = Logins.class.getName() + ".proved";

    private final AccessProperties.Session limits;
    private final Clock clock;

    Logins(AccessProperties properties, Clock clock) {
        this.limits = properties.session();
        this.clock = clock;
    }

    /** A login has succeeded: from now on the session lasts as long as one of a person does. */
    void begin(HttpSession session) {
        begin(session, clock.instant());
    }

    /**
     * A login has succeeded for which the person proved at another moment who it is.
     *
     * @param proved when that was; {@link Instant#EPOCH} where nobody knows
     */
    void begin(HttpSession session, Instant proved) {
        session.setMaxInactiveInterval((int) Math.min(limits.idle().toSeconds(), Integer.MAX_VALUE));
        session.setAttribute(BEGAN, clock.instant());
        session.setAttribute(PROVED, proved);
    }

    /** The person has just proved again who it is. */
    void proved(HttpSession session) {
        session.setAttribute(PROVED, clock.instant());
    }

    /** Whether the login was too long ago to go on, or is not known. */
    boolean over(@Nullable HttpSession session) {
        return session == null || !within(session, BEGAN, limits.longest());
    }

    /** Whether the last proof is so recent that none is asked for. */
    boolean fresh(@Nullable HttpSession session) {
        return session != null && within(session, PROVED, limits.confirmAfter());
    }

    private boolean within(HttpSession session, String name, Duration limit) {
        return session.getAttribute(name) instanceof Instant at && clock.instant().isBefore(at.plus(limit));
    }
}
