package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.DecisionListener;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.RollbackGuard;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.TemplateParser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the runbook together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ExecutionSettings.class, TemplateSettings.class, CalendarSettings.class})
class RunbookConfiguration {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofMillis(250);
    private static final Duration COMPANION_AGAIN = Duration.ofMillis(500);
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);

    /** The actions by type. */
    record Actions(Map<String, StepAction> byType) {}

    @Bean
    WaitAction waitAction() {
        return new WaitAction();
    }

    @Bean
    Actions stepActions(List<StepAction> actions) {
        Map<String, StepAction> byType = new LinkedHashMap<>();
        for (StepAction action : actions) {
            StepAction other = byType.putIfAbsent(action.type(), action);
            if (other != null) {
                throw new IllegalStateException("Two actions are of type " + action.type() + ": "
                        + other.getClass().getName() + " and " + action.getClass().getName());
            }
        }
        return new Actions(byType);
    }

    @Bean
    Companions companions(ObjectProvider<Companion> companions) {
        return new Companions(companions.orderedStream().toList());
    }

    @Bean
    TemplateParser templateParser(Actions actions) {
        return new TemplateParser(actions.byType().values());
    }

    @Bean
    TemplateFiles templateFiles(TemplateParser parser, ResourcePatternResolver resources, TemplateSettings settings) {
        return new TemplateFiles(parser, resources, settings.directory());
    }

    @Bean
    EventChain eventChain(DataSource stateStore) {
        return new EventChain(stateStore);
    }

    @Bean
    EventLog eventLog(JdbcTemplate template) {
        return new EventLog(template);
    }

    @Bean
    StoreTime storeTime(JdbcTemplate template, Clock clock) {
        return new StoreTime(template, clock);
    }

    @Bean
    Leases leases(JdbcClient jdbc, StoreTime time, RunbookMetrics metrics) {
        return new Leases(jdbc, time, processName(), metrics::leaseLost);
    }

    @Bean
    ChangeFeed changeFeed(JdbcClient jdbc) {
        return new ChangeFeed(jdbc);
    }

    @Bean
    StepRecords stepRecords(JdbcTemplate template, ExecutionSettings settings) {
        return new StepRecords(template, settings.outputLines());
    }

    @Bean(destroyMethod = "close")
    Watch stepWatch(Leases leases, ChangeFeed changes, ExecutionSettings settings, Clock clock) {
        return new Watch(leases, changes, settings, clock);
    }

    @Bean
    CutoverGauges cutoverGauges(MeterRegistry registry) {
        return new CutoverGauges(registry);
    }

    @Bean
    RunbookMetrics runbookMetrics(MeterRegistry registry, CutoverGauges cutovers) {
        return new RunbookMetrics(registry, cutovers);
    }

    @Bean
    StockTaking stockTaking(EventLog log, EventChain chain, CutoverGauges cutovers, RunbookMetrics metrics,
            Clock clock) {
        return new StockTaking(log, chain, cutovers, metrics, clock);
    }

    @Bean
    Decisions decisions(PlatformTransactionManager transactions, EventLog log, Leases leases, ChangeFeed changes,
            DataSource stateStore, Clock clock, Watch watch, RunbookMetrics metrics, Companions companions,
            ObjectProvider<Scheduler> scheduler, ObjectProvider<DecisionListener> within) {
        // The executions to come are stored in the decision's own transaction.
        SchedulerClient schedule = SchedulerClient.Builder
                .create(new TransactionAwareDataSourceProxy(stateStore), placeholderTasks()).build();
        Decisions decisions = new Decisions(new TransactionTemplate(transactions), log, leases, changes, schedule,
                clock, companions, within);
        decisions.afterwards(draft -> draft.events().forEach(event -> stopWhatEnded(watch, draft, event)));
        decisions.afterwards(draft -> companions.stop(draft.cutover(), watch));
        decisions.afterwards(metrics::observe);
        decisions.afterwards(draft -> scheduler.ifAvailable(Scheduler::triggerCheckForDueExecutions));
        return decisions;
    }

    @Bean
    StoredRunbook runbook(EventLog log, Decisions decisions, TemplateFiles templates, Actions actions,
            ObjectProvider<RoleDirectory> directory, CalendarSettings calendar) {
        return new StoredRunbook(log, decisions, templates, actions.byType(), directory::getObject,
                new FreezeCalendar(calendar));
    }

    @Bean
    RunningStep.Desk runDesk(Leases leases, StepRecords records, ChangeFeed changes,
            PlatformTransactionManager transactions, Clock clock) {
        return new RunningStep.Desk(clock, leases, records, changes, new TransactionTemplate(transactions));
    }

    @Bean
    StepTraces stepTraces(ObjectProvider<Tracer> tracer) {
        return new StepTraces(tracer::getIfAvailable);
    }

    @Bean
    CompanionRunner companionRunner(Companions companions, EventLog log, RunningStep.Desk desk, Watch watch,
            ExecutionSettings settings, StepTraces traces) {
        return new CompanionRunner(companions, log, desk, watch, settings, traces);
    }

    @Bean
    StepRunner stepRunner(Actions actions, EventLog log, Decisions decisions,
            Companions companions, RunningStep.Desk desk, Watch watch, ExecutionSettings settings,
            StepTraces traces) {
        return new StepRunner(actions.byType(), log, decisions, desk, watch, settings, companions, traces);
    }

    @Bean
    CustomTask<Void> stepTask(StepRunner runner, Watch watch) {
        return Tasks.custom(StepTask.DESCRIPTOR).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(watch.shuttingDown() ? Duration.ZERO : AFTER_A_FAULT)))
                .execute((instance, context) -> switch (runner.execute(StepTask.parse(instance.getId()))) {
                    case REMOVE -> (complete, operations) -> operations.remove();
                    case LATER -> RunbookConfiguration::later;
                });
    }

    @Bean
    CustomTask<Void> companionTask(CompanionRunner runner) {
        return Tasks.custom(CompanionTask.DESCRIPTOR).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, _) -> {
                    CompanionTask task = CompanionTask.parse(instance.getId());
                    runner.execute(task);
                    return (complete, operations) -> runner.afterwards(task, complete, operations, COMPANION_AGAIN);
                });
    }

    @Bean
    CustomTask<Void> rollbackTimer(Decisions decisions, ObjectProvider<RollbackGuard> guard) {
        return Tasks.custom(RollbackTimer.DESCRIPTOR).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, _) -> {
                    RollbackTimer timer = RollbackTimer.parse(instance.getId());
                    decisions.decide(timer.cutoverId(), draft -> Course.due(draft, timer.seq(),
                            guard.getIfAvailable(() -> _ -> Optional.of(
                                    "Nobody here can tell what going back would lose."))));
                    return (_, operations) -> operations.remove();
                });
    }

    @Bean(destroyMethod = "")
    Scheduler scheduler(DataSource stateStore, List<Task<?>> tasks, EventLog log, Decisions decisions,
            ExecutionSettings settings) {
        return Scheduler.create(new TransactionAwareDataSourceProxy(stateStore), tasks)
                .startTasks(new TimetableRun(log, decisions).task()).threads(settings.threads())
                .heartbeatInterval(settings.heartbeat()).missedHeartbeatsLimit(settings.missedHeartbeats())
                .pollingInterval(POLL).schedulerName(new SchedulerName.Fixed(processName()))
                .shutdownMaxWait(settings.grace()).build();
    }

    @Bean
    Execution execution(Scheduler scheduler, Watch watch, Leases leases, StoreTime time,
            PlatformTransactionManager transactions) {
        return new Execution(scheduler, watch, leases, time, new TransactionTemplate(transactions));
    }

    /** The client only needs the names; the handler is with the scheduler. */
    private static List<Task<?>> placeholderTasks() {
        return List.of(Tasks.oneTime(StepTask.DESCRIPTOR).execute((_, _) -> {}),
                Tasks.oneTime(CompanionTask.DESCRIPTOR).execute((_, _) -> {}),
                Tasks.oneTime(RollbackTimer.DESCRIPTOR).execute((_, _) -> {}));
    }

    private static void later(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        Instant again = complete.getTimeDone().plus(LATER);
        operations.reschedule(complete, again);
    }

    private static void stopWhatEnded(Watch watch, Draft draft, RecordedEvent recorded) {
        String id = draft.cutover().id();
        switch (recorded.event()) {
            case CutoverEvent.StepCancelled event -> watch.revoked(id, event.step(), event.attempt());
            case CutoverEvent.StepUnknown event -> watch.revoked(id, event.step(), event.attempt());
            case CutoverEvent.ForcedFailed event -> watch.revoked(id, event.step(), event.attempt());
            default -> {
                // Ends of other kinds are reported by the attempt itself.
            }
        }
    }

    private static String processName() {
        try {
            return InetAddress.getLocalHost().getHostName() + "/" + ProcessHandle.current().pid();
        } catch (UnknownHostException e) {
            return "localhost/" + ProcessHandle.current().pid();
        }
    }
}
