package dev.ferryman.access.internal;

import dev.ferryman.store.Instants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Slows down whoever guesses passwords, and locks an account that is guessed at from everywhere. Counted in the state
 * store, so for all replicas together.
 * <ul>
 * <li>After five failures for one user from one address, further attempts wait 30 s, doubling with every failure up to
 * 15 min; after thirty failures from one address, whatever the names, likewise. An hour after the last, they are
 * forgotten.</li>
 * <li>After many failures for one user from everywhere together ({@code ferryman.access.lock}), the account is locked
 * for a while: no password is looked at.</li>
 * <li>A browser its owner has logged in with before (it has a cookie that proves it, see {@link Devices}) is counted for
 * itself alone: neither the address nor the lock keeps it out. So nobody can lock an operator out from elsewhere, nor
 * from behind the same proxy. Likewise a session in which the password is asked for again.</li>
 * </ul>
 * What is counted are names, whether there is such a user or not: an answer never tells.
 */
@Component
public class LoginThrottle {
    static final int FAILURES_PER_USER_AND_ADDRESS = 5;
    static final int FAILURES_PER_ADDRESS = 30;
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    static final Duration MEMORY = Duration.ofHours(1);
    /** Of failures for one account; longer, so that patience is no way around the lock. */
    static final Duration ACCOUNT_MEMORY = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(LoginThrottle.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final AccessProperties.Lock lock;

    LoginThrottle(JdbcClient jdbc, Clock clock, AccessProperties properties) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.lock = properties.lock();
    }

    private record Failures(int count, Instant last) {
        /** How long to wait still, zero if at once. */
        Duration wait(int free, Instant now) {
            if (count < free || last.plus(MEMORY).isBefore(now)) {
                return Duration.ZERO;
            }
            var wait = FIRST_WAIT.multipliedBy(1L << Math.min(count - free, 10));
            return left(last.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait), now);
        }
    }

    /**
     * An attempt to log in.
     *
     * @param username as it was typed
     * @param address where it comes from
     * @param device hash of the browser's proof that this user has logged in with it before, or the id of the session the
     *        user is in; empty where there is neither
     */
    record Attempt(String username, String address, String device) {
        Attempt {
            username = username.strip().toLowerCase(Locale.ROOT);
            address = ClientAddress.of(address);
        }

        private boolean known() {
            return !device.isEmpty();
        }

        private String one() {
            return known() ? key("device", device) : key("pair", address + " " + username);
        }

        private String all() {
            return key("address", address);
        }

        private String account() {
            return LoginThrottle.account(username);
        }
    }

    /** How long this attempt has to wait, zero if not at all. */
    Duration wait(Attempt attempt) {
        var now = clock.instant();
        var one = wait(attempt.one(), FAILURES_PER_USER_AND_ADDRESS, now);
        if (attempt.known()) {
            return one;
        }
        return longest(longest(one, wait(attempt.all(), FAILURES_PER_ADDRESS, now)),
                left(lockedUntil(attempt.username()).orElse(now), now));
    }

    private Duration wait(String key, int free, Instant now) {
        return failures(key).map(known -> known.wait(free, now)).orElse(Duration.ZERO);
    }

    private static Duration left(Instant until, Instant now) {
        var left = Duration.between(now, until);
        return left.isPositive() ? left : Duration.ZERO;
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Counts a failed attempt. */
    void failed(Attempt attempt) {
        var now = clock.instant();
        count(attempt.one(), MEMORY, now);
        if (!attempt.known()) {
            count(attempt.all(), MEMORY, now);
            count(attempt.account(), ACCOUNT_MEMORY, now);
            if (failures(attempt.account()).filter(known -> known.count() == lock.failures()).isPresent()) {
                // Not the name: it may be a password typed into the wrong field. The list of users shows who it is.
                LOG.warn("An account is locked for {} after {} failed logins; the last came from {}", lock.duration(),
                        lock.failures(), attempt.address());
            }
        }
        jdbc.sql("DELETE FROM access_login_failure WHERE last_at < ?").param(Instants.text(now.minus(ACCOUNT_MEMORY)))
                .update();
    }

    /** One more; the first again where the last was long ago, or where the lock that came of them is over. */
    private void count(String key, Duration memory, Instant now) {
        jdbc.sql("""
                 INSERT INTO access_login_failure (id, failures, last_at) VALUES (:id, 1, :now)
                 ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at,
                   failures = CASE WHEN access_login_failure.last_at < :forgotten THEN 1
                     WHEN :locks = 1 AND access_login_failure.failures >= :most THEN 1
                     ELSE access_login_failure.failures + 1 END""").param("id", key).param("now", Instants.text(now))
                .param("forgotten", Instants.text(now.minus(memory))).param("locks", memory == ACCOUNT_MEMORY ? 1 : 0)
                .param("most", lock.failures()).update();
    }

    /** Forgets the failures of this user at this place, not those of the address: other names may have been tried there. */
    void succeeded(Attempt attempt) {
        forget(attempt.one());
        forget(key("pair", attempt.address() + " " + attempt.username()));
    }

    /** Until when a user is locked out of browsers that are new, empty where that is not so. */
    public Optional<Instant> lockedUntil(String username) {
        var now = clock.instant();
        return failures(account(username)).filter(known -> known.count() >= lock.failures())
                .map(known -> known.last().plus(lock.duration())).filter(now::isBefore);
    }

    /** Lifts a user's lock and forgets the failures that led to it. */
    public void unlock(String username) {
        forget(account(username));
    }

    private Optional<Failures> failures(String key) {
        return jdbc.sql("SELECT failures, last_at FROM access_login_failure WHERE id = ?").param(key)
                .query((row, _) -> new Failures(row.getInt(1), Instants.parse(row.getString(2)))).optional();
    }

    private void forget(String key) {
        jdbc.sql("DELETE FROM access_login_failure WHERE id = ?").param(key).update();
    }

    private static String account(String username) {
        return key("account", username.strip().toLowerCase(Locale.ROOT));
    }

    private static String key(String kind, String what) {
        return Sha256.of(kind + " " + what);
    }
}
