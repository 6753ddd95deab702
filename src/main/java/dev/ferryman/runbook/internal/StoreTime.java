package dev.ferryman.runbook.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The time by which owners of leases are judged: the database's where several hosts share it, else the clock's. */
final class StoreTime {
    private final JdbcClient jdbc;
    private final Clock clock;
    private final boolean shared;

    StoreTime(JdbcTemplate template, Clock clock) {
        this.jdbc = JdbcClient.create(template);
        this.clock = clock;
        this.shared = Boolean.TRUE.equals(template.execute((ConnectionCallback<Boolean>) connection -> "PostgreSQL"
                .equals(connection.getMetaData().getDatabaseProductName())));
    }

    /** Whether several processes may share the store. */
    boolean shared() {
        return shared;
    }

    Instant now() {
        return shared
                ? jdbc.sql("SELECT clock_timestamp()").query((row, n) -> row.getObject(1, OffsetDateTime.class))
                        .single()
                        .toInstant()
                : clock.instant();
    }
}
