package dev.ferryman.access.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Slows down whoever guesses passwords. After five failures for one user from one address, further attempts wait 30 s,
 * doubling with every failure up to 15 min; after thirty failures from one address, whatever the names, likewise. It is
 * never the account alone that is locked: nobody can lock an operator out from elsewhere. Failures are forgotten an
 * hour after the last. Kept in memory: a restart is no shortcut worth having, since each attempt costs BCrypt's time.
 */
@Component
class LoginThrottle {
    static final int FAILURES_PER_USER_AND_ADDRESS = 5;
    static final int FAILURES_PER_ADDRESS = 30;
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    static final Duration MEMORY = Duration.ofHours(1);
    /** Entries kept; the least recently used goes first, so that an attack costs no memory. */
    static final int LARGEST = 20_000;

    private record Failures(int count, Instant last) {
        /** How long to wait still, zero if at once. */
        Duration wait(int free, Instant now) {
            if (count < free) {
                return Duration.ZERO;
            }
            var wait = FIRST_WAIT.multipliedBy(1L << Math.min(count - free, 10));
            if (wait.compareTo(LONGEST_WAIT) > 0) {
                wait = LONGEST_WAIT;
            }
            var left = Duration.between(now, last.plus(wait));
            return left.isPositive() ? left : Duration.ZERO;
        }
    }

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > LARGEST;
        }
    };

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /** How long this user has to wait at this address before the next attempt, zero if not at all. */
    synchronized Duration wait(String username, String address) {
        var now = clock.instant();
        var one = wait(pair(username, address), FAILURES_PER_USER_AND_ADDRESS, now);
        var all = wait(address, FAILURES_PER_ADDRESS, now);
        return one.compareTo(all) > 0 ? one : all;
    }

    private Duration wait(String key, int free, Instant now) {
        var known = failures.get(key);
        return known == null ? Duration.ZERO : known.wait(free, now);
    }

    /** Counts a failed attempt. */
    synchronized void failed(String username, String address) {
        var now = clock.instant();
        for (var key : new String[]{pair(username, address), address}) {
            failures.compute(key, (_, known) -> known == null || known.last().plus(MEMORY).isBefore(now)
                    ? new Failures(1, now)
                    : new Failures(known.count() + 1, now));
        }
    }

    /** Forgets the user's failures at this address, not those of the address: other names may have been tried there. */
    synchronized void succeeded(String username, String address) {
        failures.remove(pair(username, address));
    }

    /** How many entries are kept. */
    synchronized int remembered() {
        return failures.size();
    }

    private static String pair(String username, String address) {
        var name = username.strip().toLowerCase(Locale.ROOT);
        return address + " " + (name.length() > 64 ? name.substring(0, 64) : name);
    }
}
