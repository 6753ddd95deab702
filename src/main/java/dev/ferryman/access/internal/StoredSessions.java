package dev.ferryman.access.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.serializer.support.SerializationFailedException;
import org.springframework.dao.DataAccessException;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;

/**
 * Sessions of a repository, with three differences: that a session is in use is noted once a minute and not with every
 * click; an attribute that this version cannot read (another one has written it during an upgrade) is not there instead
 * of an error; and while the state store takes no writes, what would be written is kept in this process, so that people
 * can still log in and look.
 *
 * @param <S> the repository's own sessions
 */
final class StoredSessions<S extends Session> implements SessionRepository<StoredSessions.Seldom<S>> {
    private static final Logger LOG = LoggerFactory.getLogger(StoredSessions.class);
    private static final Duration RESOLUTION = Duration.ofMinutes(1);

    /** Sessions that could not be written, until they can. */
    private static final int MOST = 1000;

    private final SessionRepository<S> stored;
    private final Clock clock;
    private final Cache<String, S> unwritten = Caffeine.newBuilder().maximumSize(MOST)
            .expireAfterAccess(Duration.ofHours(10)).build();

    StoredSessions(SessionRepository<S> stored, Clock clock) {
        this.stored = stored;
        this.clock = clock;
    }

    @Override
    public Seldom<S> createSession() {
        return new Seldom<>(stored.createSession(), clock);
    }

    @Override
    public void save(Seldom<S> session) {
        String id = session.getId();
        try {
            stored.save(session.stored);
            unwritten.invalidate(id);
        } catch (DataAccessException e) {
            if (unwritten.getIfPresent(id) == null) {
                LOG.warn("A session is kept in memory, since the state store does not take it: {}",
                        e.getMostSpecificCause().getMessage());
            }
            unwritten.put(id, session.stored);
        }
    }

    @Override
    public @Nullable Seldom<S> findById(String id) {
        S kept = unwritten.getIfPresent(id);
        if (kept != null && !kept.getId().equals(id)) {
            // It has another id since a login: the one from before opens nothing any more.
            unwritten.invalidate(id);
            return null;
        }
        S found = kept == null ? stored.findById(id) : kept.isExpired() ? null : kept;
        return found == null ? null : new Seldom<>(found, clock);
    }

    @Override
    public void deleteById(String id) {
        unwritten.invalidate(id);
        stored.deleteById(id);
    }

    /** A session that is seldom written. */
    static final class Seldom<S extends Session> implements Session {
        private final S stored;
        private final Clock clock;

        Seldom(S stored, Clock clock) {
            this.stored = stored;
            this.clock = clock;
        }

        @Override
        public String getId() {
            return stored.getId();
        }

        @Override
        public String changeSessionId() {
            return stored.changeSessionId();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Spring Session's own signature.
        public <T> @Nullable T getAttribute(String name) {
            try {
                return stored.getAttribute(name);
            } catch (ConversionException | SerializationFailedException e) {
                LOG.warn("What a session holds as {} cannot be read by this version and is forgotten", name);
                stored.removeAttribute(name);
                return null;
            }
        }

        @Override
        public Set<String> getAttributeNames() {
            return stored.getAttributeNames();
        }

        @Override
        public void setAttribute(String name, @Nullable Object value) {
            stored.setAttribute(name, value);
        }

        @Override
        public void removeAttribute(String name) {
            stored.removeAttribute(name);
        }

        @Override
        public Instant getCreationTime() {
            return stored.getCreationTime();
        }

        @Override
        public void setLastAccessedTime(Instant at) {
            if (Duration.between(stored.getLastAccessedTime(), clock.instant()).compareTo(RESOLUTION) >= 0) {
                stored.setLastAccessedTime(at);
            }
        }

        @Override
        public Instant getLastAccessedTime() {
            return stored.getLastAccessedTime();
        }

        @Override
        public void setMaxInactiveInterval(Duration interval) {
            stored.setMaxInactiveInterval(interval);
        }

        @Override
        public Duration getMaxInactiveInterval() {
            return stored.getMaxInactiveInterval();
        }

        @Override
        public boolean isExpired() {
            return stored.isExpired();
        }
    }
}
