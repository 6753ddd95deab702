package dev.ferryman.store.internal;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health component {@code pools}: every connection pool of the service with its bounds and what is in use. Up while
 * each gives out a connection that answers. It says no more than that, since health is readable without login.
 */
@Component("pools")
class PoolsHealth implements HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(PoolsHealth.class);
    private static final int ANSWER_WITHIN_SECONDS = 2;

    private final ObjectProvider<HikariDataSource> pools;

    PoolsHealth(ObjectProvider<HikariDataSource> pools) {
        this.pools = pools;
    }

    @Override
    public Health health() {
        var health = Health.up();
        pools.stream().forEach(pool -> {
            boolean answers = answers(pool);
            if (!answers) {
                health.down();
            }
            health.withDetail(pool.getPoolName(), facts(pool, answers));
        });
        return health.build();
    }

    private static boolean answers(HikariDataSource pool) {
        try (var connection = pool.getConnection()) {
            return connection.isValid(ANSWER_WITHIN_SECONDS);
        } catch (SQLException e) {
            LOG.warn("Pool {} gives no connection", pool.getPoolName(), e);
            return false;
        }
    }

    private static Map<String, Object> facts(HikariDataSource pool, boolean answers) {
        var facts = new LinkedHashMap<String, Object>();
        var now = pool.getHikariPoolMXBean();
        facts.put("answers", answers);
        facts.put("min", pool.getMinimumIdle());
        facts.put("max", pool.getMaximumPoolSize());
        if (now != null) {
            facts.put("active", now.getActiveConnections());
            facts.put("idle", now.getIdleConnections());
            facts.put("waiting", now.getThreadsAwaitingConnection());
        }
        return facts;
    }
}
