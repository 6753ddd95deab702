package dev.ferryman.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestClock;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InvalidClassException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.serializer.DefaultSerializer;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.session.MapSession;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.web.http.CookieSerializer.CookieValue;
import org.springframework.transaction.PlatformTransactionManager;

/** Where sessions are kept, how long they last, and what their cookie is like. */
class SessionsTest {
    abstract static class Contract {
        @Autowired
        JdbcClient jdbc;
        @Autowired
        JdbcTemplate template;
        @Autowired
        PlatformTransactionManager transactions;
        @Autowired
        Users users;
        @Autowired
        UserRows userRows;

        private final TestClock clock = new TestClock(Clock.systemUTC().instant());

        private StoredSessions<?> replica() {
            var configuration = new SessionConfiguration();
            return configuration.sessionRepository(configuration.sessionStore(template, transactions), clock);
        }

        private long lastAccess(String id) {
            return jdbc.sql("SELECT last_access_time FROM access_session WHERE session_id = ?").param(id)
                    .query(Long.class).single();
        }

        @Test
        void a_session_begun_at_one_replica_goes_on_at_another() {
            if (userRows.findByUsername("sessions").isEmpty()) {
                users.create("sessions", "S", Set.of(Role.DBA), Secret.of("salt, rope and lantern"));
            }
            var user = new SignedIn(userRows.findByUsername("sessions").orElseThrow());
            user.eraseCredentials();
            var id = begin(replica(), user);
            var there = replica().findById(id);

            assertThat(there).isNotNull();
            SecurityContext context = there.getRequiredAttribute("SPRING_SECURITY_CONTEXT");
            assertThat(context.getAuthentication()).isNotNull();
            assertThat(context.getAuthentication().getName()).isEqualTo("sessions");
            assertThat(jdbc.sql("SELECT attribute_bytes FROM access_session_attributes").query(byte[].class).list())
                    .noneMatch(
                            bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains("$2a$"));
            replica().deleteById(id);
            assertThat(replica().findById(id)).as("logged out everywhere").isNull();
        }

        private static <S extends Session> String begin(StoredSessions<S> sessions, SignedIn user) {
            var session = sessions.createSession();
            session.setAttribute("SPRING_SECURITY_CONTEXT", new SecurityContextImpl(
                    UsernamePasswordAuthenticationToken.authenticated(user, null, user.getAuthorities())));
            sessions.save(session);
            return session.getId();
        }

        @Test
        void looking_writes_once_a_minute_at_most() {
            looks(replica());
        }

        private <S extends Session> void looks(StoredSessions<S> sessions) {
            var session = sessions.createSession();
            sessions.save(session);
            var before = lastAccess(session.getId());

            look(sessions, session.getId(), Duration.ofSeconds(59));
            assertThat(lastAccess(session.getId())).isEqualTo(before);
            look(sessions, session.getId(), Duration.ofSeconds(10));
            assertThat(lastAccess(session.getId())).isEqualTo(before + 69_000);
        }

        private <S extends Session> void look(StoredSessions<S> sessions, String id, Duration later) {
            clock.advance(later);
            var session = sessions.findById(id);
            assertThat(session).isNotNull();
            session.setLastAccessedTime(session.getLastAccessedTime().plusSeconds(69));
            sessions.save(session);
        }

        @Test
        void what_this_version_cannot_read_is_forgotten_and_no_error() {
            forgets(replica());
        }

        private <S extends Session> void forgets(StoredSessions<S> sessions) {
            var session = sessions.createSession();
            session.setAttribute("foreign", new File("/etc/passwd"));
            session.setAttribute("own", "kept");
            sessions.save(session);
            var found = sessions.findById(session.getId());

            assertThat(found).isNotNull();
            assertThat(found.<Object>getAttribute("foreign")).isNull();
            assertThat(found.<String>getAttribute("own")).isEqualTo("kept");
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}

    @Test
    void types_that_no_session_holds_are_not_even_made() throws Exception {
        var bytes = new DefaultSerializer().serializeToByteArray(new File("/tmp"));

        assertThatThrownBy(() -> new KnownTypes().deserialize(new ByteArrayInputStream(bytes)))
                .isInstanceOf(InvalidClassException.class).hasMessageContaining("REJECTED");
    }

    @Test
    void while_the_store_takes_no_writes_sessions_live_in_memory_and_are_written_once_it_does() {
        var store = new FullStore();
        var sessions = new StoredSessions<>(store, Clock.systemUTC());
        var session = sessions.createSession();
        session.setAttribute("who", "dana");
        sessions.save(session);

        var found = sessions.findById(session.getId());
        assertThat(found).isNotNull();
        assertThat(found.<String>getAttribute("who")).isEqualTo("dana");
        assertThat(store.findById(session.getId())).isNull();

        store.full = false;
        sessions.save(found);
        assertThat(store.findById(session.getId())).isNotNull();
    }

    @Test
    void the_id_from_before_a_login_opens_nothing_while_the_store_takes_no_writes_either() {
        var sessions = new StoredSessions<>(new FullStore(), Clock.systemUTC());
        var session = sessions.createSession();
        sessions.save(session);
        String planted = session.getId();
        session.changeSessionId();
        session.setAttribute("who", "dana");
        sessions.save(session);

        assertThat(sessions.findById(planted)).isNull();
        assertThat(sessions.findById(session.getId())).isNotNull();
    }

    /** Spring Session's own store in memory, which can be full. */
    private static final class FullStore implements SessionRepository<MapSession> {
        private final MapSessionRepository inside = new MapSessionRepository(new ConcurrentHashMap<>());
        private boolean full = true;

        @Override
        public MapSession createSession() {
            return inside.createSession();
        }

        @Override
        public void save(MapSession session) {
            if (full) {
                throw new UncategorizedSQLException("save", null, new SQLException("database or disk is full"));
            }
            inside.save(session);
        }

        @Override
        public MapSession findById(String id) {
            return inside.findById(id);
        }

        @Override
        public void deleteById(String id) {
            inside.deleteById(id);
        }
    }

    @Test
    void a_login_ends_after_its_longest_time_and_is_fresh_for_a_while_only() {
        var clock = new TestClock(Instant.parse("2026-03-01T03:00:00Z"));
        var limits = new AccessProperties.Session(Duration.ofHours(10), Duration.ofHours(24), Duration.ofMinutes(15));
        var logins = new Logins(
                new AccessProperties(List.of(), null, limits, new AccessProperties.Lock(50, Duration.ofMinutes(30)),
                        new AccessProperties.Rate(1, 1, 1, 1), true, "admin", null),
                clock);
        var session = new MockHttpSession();
        assertThat(logins.over(session)).as("nobody has logged in").isTrue();

        logins.begin(session);
        assertThat(session.getMaxInactiveInterval()).isEqualTo(36_000);
        assertThat(logins.over(session)).isFalse();
        assertThat(logins.fresh(session)).isTrue();
        clock.advance(Duration.ofMinutes(15));
        assertThat(logins.fresh(session)).isFalse();
        clock.advance(Duration.ofHours(23));
        logins.proved(session);
        assertThat(logins.fresh(session)).isTrue();
        clock.advance(Duration.ofMinutes(45));
        assertThat(logins.over(session)).as("proving it again does not make it longer").isTrue();
    }

    @Test
    void the_cookie_is_closed_to_scripts_and_over_tls_to_every_other_host() {
        assertThat(cookie(false)).startsWith("ferryman=").contains("; HttpOnly", "; SameSite=Lax", "; Path=/")
                .doesNotContain("Secure", "Domain");
        assertThat(cookie(true)).startsWith("__Host-ferryman=")
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/;", "; Secure").doesNotContain("Domain");
    }

    private static String cookie(boolean tls) {
        var request = new MockHttpServletRequest();
        request.setSecure(tls);
        var response = new MockHttpServletResponse();
        new SessionCookies("ferryman").writeCookieValue(new CookieValue(request, response, "id"));
        return String.valueOf(response.getHeader("Set-Cookie"));
    }
}
