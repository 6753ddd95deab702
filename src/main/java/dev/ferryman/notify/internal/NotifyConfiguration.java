package dev.ferryman.notify.internal;

import dev.ferryman.runbook.Changes;
import dev.ferryman.runbook.Runbook;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts messages together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotifyProperties.class)
class NotifyConfiguration {
    @Bean
    Channels messageChannels(NotifyProperties properties, Clock clock) {
        return new ChannelReader(properties, clock).read();
    }

    @Bean
    Outbox outbox(JdbcClient jdbc) {
        return new Outbox(jdbc);
    }

    @Bean
    MessageRows messageRows(Outbox outbox) {
        return new MessageRows(outbox);
    }

    @Bean
    MessageSchedule messageSchedule(DataSource stateStore) {
        return new MessageSchedule(stateStore);
    }

    @Bean
    Writing messageWriting(@Value("${ferryman.public-url:}") String address) {
        return new Writing(address.replaceAll("/+$", ""));
    }

    @Bean
    MessageEntry messageEntry(Outbox outbox, MessageSchedule schedule, Channels channels, Writing writing,
            ObjectProvider<Dispatch> dispatch) {
        return new MessageEntry(outbox, schedule, channels, writing, () -> afterCommit(dispatch));
    }

    @Bean
    Timetable messageTimetable(Outbox outbox, MessageSchedule schedule, Channels channels, Writing writing,
            MessageEntry entry) {
        return new Timetable(outbox, schedule, channels, writing, entry);
    }

    @Bean
    NotifyMetrics notifyMetrics(MeterRegistry registry, Channels channels, Outbox outbox) {
        return new NotifyMetrics(registry, channels, outbox);
    }

    @Bean
    Courier courier(Outbox outbox, Channels channels, Writing writing, Timetable timetable,
            ObjectProvider<Runbook> runbook,
            PlatformTransactionManager transactions, NotifyMetrics metrics, Changes changes,
            NotifyProperties settings, Clock clock) {
        return new Courier(outbox, channels, writing, timetable, runbook::getObject,
                new TransactionTemplate(transactions),
                metrics, changes, settings, clock);
    }

    @Bean
    Dispatch messageDispatch(DataSource stateStore, JdbcClient jdbc, PlatformTransactionManager transactions,
            Courier courier, Clock clock, NotifyProperties settings,
            @Value("${ferryman.execution.heartbeat:10s}") Duration heartbeat,
            @Value("${ferryman.execution.lease:60s}") Duration lease, @Value("${ferryman.store.url}") String storeUrl) {
        return new Dispatch(stateStore, jdbc, new TransactionTemplate(transactions), courier, clock,
                new Dispatch.Settings(settings.threads(), heartbeat, lease,
                        storeUrl.startsWith("jdbc:postgresql:")));
    }

    @Bean
    MessageDesk messages(Outbox outbox, MessageEntry entry, Channels channels, Writing writing,
            ObjectProvider<Runbook> runbook, PlatformTransactionManager transactions, MessageSchedule schedule,
            Clock clock) {
        return new MessageDesk(outbox, entry, channels, writing, runbook::getObject,
                new TransactionTemplate(transactions), schedule, clock);
    }

    /** What is to be sent is there for the scheduler's connection only once the transaction has ended. */
    private static void afterCommit(ObjectProvider<Dispatch> dispatch) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                dispatch.ifAvailable(Dispatch::wake);
            }
        });
    }
}
