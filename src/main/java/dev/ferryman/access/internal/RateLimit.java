package dev.ferryman.access.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ferryman.access.TokenUse;
import io.github.bucket4j.Bucket;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses with 429 and {@code Retry-After} whoever asks more often than people and sensible programs do: counted for each
 * token, for each person, and for everybody else by address. Each replica counts for itself: this protects its processor,
 * and needs no agreement. Static files and health are not counted.
 */
final class RateLimit extends OncePerRequestFilter {
    /** Buckets kept; the least used go first, so that many addresses cost no memory. */
    private static final int MOST = 50_000;

    private final AccessProperties.Rate limits;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder().maximumSize(MOST)
            .expireAfterAccess(Duration.ofMinutes(10)).build();

    RateLimit(AccessProperties.Rate limits) {
        this.limits = limits;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        return PublicPaths.isStatic(path) || PublicPaths.isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!refused(bucket(SecurityContextHolder.getContext().getAuthentication(), request), response)) {
            chain.doFilter(request, response);
        }
    }

    /** Counts a request that brought a token nobody knows; true where it was answered with 429. */
    boolean refusesStranger(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return refused(bucket(null, request), response);
    }

    private static boolean refused(Bucket bucket, HttpServletResponse response) throws IOException {
        var probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return false;
        }
        long seconds = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(999).toSeconds();
        response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, seconds)));
        response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
        return true;
    }

    private Bucket bucket(@Nullable Authentication who, HttpServletRequest request) {
        if (who != null && who.getDetails() instanceof TokenUse token) {
            return buckets.get("token " + token.id(), _ -> bucket(limits.perSecond(), limits.burst()));
        }
        return SignedIn.user(who)
                .map(user -> buckets.get("user " + user.username(), _ -> bucket(limits.perSecond(), limits.burst())))
                .orElseGet(() -> buckets.get("address " + ClientAddress.of(request),
                        _ -> bucket(limits.strangersPerSecond(), limits.strangersBurst())));
    }

    private static Bucket bucket(int perSecond, int burst) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1))).build();
    }
}
