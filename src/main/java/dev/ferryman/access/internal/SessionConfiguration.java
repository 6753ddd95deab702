package dev.ferryman.access.internal;

import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.support.GenericConversionService;
import org.springframework.core.serializer.support.DeserializingConverter;
import org.springframework.core.serializer.support.SerializingConverter;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sessions in the state store, so that any replica serves any click and a restart logs nobody out. What is there is
 * written only when it changes, and that a session is in use once a minute at most: pages that only look do not write.
 */
@Configuration(proxyBeanMethods = false)
@EnableSpringHttpSession
class SessionConfiguration {
    /** Of whoever has not logged in: long enough for a login page that lies open for a while. */
    private static final Duration STRANGER = Duration.ofMinutes(30);
    private static final String HOURLY = "0 17 * * * *";

    /** Not Spring Session's own bean: this one is asked by the filter, through {@link StoredSessions}. */
    record Store(JdbcIndexedSessionRepository sessions) implements AutoCloseable {
        @Override
        public void close() {
            sessions.destroy();
        }
    }

    @Bean
    Store sessionStore(JdbcOperations jdbc, PlatformTransactionManager transactions) {
        // Outside any transaction: each statement stands for itself, and reading takes no write lock on SQLite. A crash
        // between two of them costs a login at most.
        var outside = new TransactionTemplate(transactions);
        outside.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        var sessions = new JdbcIndexedSessionRepository(jdbc, outside);
        sessions.setTableName("access_session");
        sessions.setDefaultMaxInactiveInterval(STRANGER);
        sessions.setCleanupCron(HOURLY);
        sessions.setConversionService(conversions());
        // Its ON CONFLICT clauses are SQLite's as well.
        new PostgreSqlJdbcIndexedSessionRepositoryCustomizer().customize(sessions);
        sessions.afterPropertiesSet();
        return new Store(sessions);
    }

    private static GenericConversionService conversions() {
        var conversions = new GenericConversionService();
        conversions.addConverter(Object.class, byte[].class, new SerializingConverter());
        conversions.addConverter(byte[].class, Object.class, new DeserializingConverter(new KnownTypes()));
        return conversions;
    }

    @Bean
    StoredSessions<?> sessionRepository(Store store, Clock clock) {
        return new StoredSessions<>(store.sessions(), clock);
    }

    @Bean
    CookieSerializer cookieSerializer() {
        return new SessionCookies("ferryman");
    }

    /** Errors are shown, and streams end, in the session they belong to. */
    @Bean
    FilterRegistrationBean<SessionRepositoryFilter<?>> sessionFilter(SessionRepositoryFilter<?> filter) {
        var registration = new FilterRegistrationBean<SessionRepositoryFilter<?>>(filter);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        registration.setOrder(SessionRepositoryFilter.DEFAULT_ORDER);
        return registration;
    }
}
