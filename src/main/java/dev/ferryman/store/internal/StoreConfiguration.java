package dev.ferryman.store.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.store.Instants;
import dev.ferryman.store.StoreCondition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.core.convert.JdbcCustomConversions;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcPostgresDialect;
import org.springframework.data.jdbc.core.mapping.JdbcValue;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** Opens the state store. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {
    /** Readers beside the one writer: enough for the pages of a team, each for milliseconds. */
    private static final int SQLITE_CONNECTIONS = 8;
    /** For a statement on a PostgreSQL store, waiting for others included. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);
    /** Between two statements of a transaction there: a process that is stopped in between gives up what it holds. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Held from before the first connection until after the last. */
    record Gate(AutoCloseable held) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            held.close();
        }
    }

    @Bean
    Gate storeGate(StoreProperties store) {
        return new Gate(store.embedded() ? StoreLock.acquire(store.file()) : () -> {});
    }

    @Bean
    HikariDataSource stateStore(StoreProperties store, Gate gate) {
        var pool = new HikariConfig();
        pool.setPoolName("state-store");
        pool.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
        if (store.embedded()) {
            sqlite(pool, store);
        } else {
            postgres(pool, store);
        }
        try {
            var opened = new HikariDataSource(pool);
            if (store.embedded()) {
                refuseDamaged(opened, store);
            }
            return opened;
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            var reason = e.getCause() == null ? e : e.getCause();
            throw new StoreUnavailableException("The state store cannot be opened: " + reason.getMessage(),
                    store.embedded()
                            ? "Check that " + store.file() + " is an SQLite database that Ferryman may write."
                            : "Check ferryman.store.url, username and password, and that the server is up.",
                    e);
        }
    }

    /** Reads the whole structure once: what is damaged is not written to. */
    private static void refuseDamaged(HikariDataSource opened, StoreProperties store) {
        String found;
        try (var connection = opened.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA quick_check(1)")) {
            found = row.next() ? row.getString(1) : "no answer";
        } catch (SQLException e) {
            found = String.valueOf(e.getMessage());
        }
        if (!found.equals("ok")) {
            opened.close();
            throw new StoreUnavailableException("The state store " + store.file() + " is damaged: " + found,
                    "Nothing was written to it. Keep it, look after the disk, and put the last backup in its place with"
                            + " ‘ferryman restore-store’.",
                    null);
        }
    }

    private static void sqlite(HikariConfig pool, StoreProperties store) {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        // FULL: an event that was acknowledged must survive a power cut. In WAL mode NORMAL may lose the last ones.
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) store.busyTimeout().toMillis());
        pool.setJdbcUrl("jdbc:sqlite:" + store.file());
        pool.setDataSourceProperties(config.toProperties());
        pool.setMaximumPoolSize(SQLITE_CONNECTIONS);
        pool.setMinimumIdle(1);
        pool.setMaxLifetime(0);
    }

    private static void postgres(HikariConfig pool, StoreProperties store) {
        pool.setJdbcUrl(store.url());
        if (store.username() != null) {
            pool.setUsername(store.username());
        }
        if (store.password() != null) {
            try {
                pool.setPassword(SecretReference.parse(store.password()).resolve().reveal());
            } catch (BadInputException e) {
                throw new StoreUnavailableException("ferryman.store.password: " + e.getMessage(), e.next(), e);
            }
        }
        pool.addDataSourceProperty("ApplicationName", "ferryman");
        // A network that swallows packets must not hold threads for ever, nor a stopped process the rows it has locked.
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("socketTimeout", String.valueOf(LONGEST_ANSWER.toSeconds()));
        pool.setConnectionInitSql("SET idle_in_transaction_session_timeout = " + LONGEST_PAUSE.toMillis());
        pool.setMaximumPoolSize(store.connections());
        pool.setMinimumIdle(Math.min(2, store.connections()));
    }

    @Bean
    StoreCondition storeCondition(ObjectProvider<MeterRegistry> meters) {
        StoreCondition condition = new StoreCondition();
        meters.ifAvailable(
                registry -> Gauge.builder("ferryman.store.writable", condition, it -> it.trouble().isEmpty() ? 1 : 0)
                        .description("1 while the state store takes writes, 0 while Ferryman only shows what it has")
                        .register(registry));
        return condition;
    }

    @Bean
    StorePulse storePulse(StoreProperties store, HikariDataSource stateStore, StoreCondition condition, Clock clock) {
        return new StorePulse(stateStore, condition, clock, store.pulse(), store.embedded() ? store.file() : null);
    }

    @Bean
    JdbcTransactionManager transactionManager(StoreProperties store, HikariDataSource stateStore) {
        return store.embedded() ? new SqliteTransactions(stateStore) : new JdbcTransactionManager(stateStore);
    }

    @Bean
    JdbcDialect jdbcDialect(StoreProperties store) {
        return store.embedded() ? new SqliteDialect() : JdbcPostgresDialect.INSTANCE;
    }

    @Bean
    JdbcCustomConversions jdbcCustomConversions(JdbcDialect dialect) {
        List<Object> own = new ArrayList<>(List.of(new InstantToText(), new TextToInstant()));
        if (dialect instanceof SqliteDialect) {
            own.add(new NumberToBoolean());
        }
        return JdbcCustomConversions.of(dialect, own);
    }

    /** The service's clock; see the package's description for why it ticks in microseconds. */
    @Bean
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    /** Says that it is text: Spring Data would announce a timestamp to the driver. */
    @WritingConverter
    static class InstantToText implements Converter<Instant, JdbcValue> {
        @Override
        public JdbcValue convert(Instant source) {
            return JdbcValue.of(Instants.text(source), JDBCType.VARCHAR);
        }
    }

    @ReadingConverter
    static class TextToInstant implements Converter<String, Instant> {
        @Override
        public Instant convert(String source) {
            return Instants.parse(source);
        }
    }

    /** SQLite has no boolean of its own: the driver hands out 0 and 1. */
    @ReadingConverter
    static class NumberToBoolean implements Converter<Number, Boolean> {
        @Override
        public Boolean convert(Number source) {
            return source.intValue() != 0;
        }
    }
}
