package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.DecisionListener;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.CutoverRecords;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LogArchive;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.RollbackGuard;
import dev.ferryman.runbook.SourceReach;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.TemplateParser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
@EnableConfigurationProperties({ExecutionSettings.class, TemplateSettings.class, CalendarSettings.class,
        NodeSettings.class})
class RunbookConfiguration {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofMillis(250);
    private static final Duration COMPANION_AGAIN = Duration.ofMillis(500);
    /** What only other replicas can do is theirs, however long they are away. */
    private static final Duration NEVER = Duration.ofDays(36_500);
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
    LogArchive logArchive(EventLog log, EventChain chain, ChangeFeed changes, JdbcTemplate template,
            PlatformTransactionManager transactions, ObjectProvider<CutoverRecords> records) {
        return new LogArchive(log, chain, changes, template, new TransactionTemplate(transactions),
                () -> records.orderedStream().toList());
    }

    @Bean
    StoreTime storeTime(JdbcTemplate template, Clock clock) {
        return new StoreTime(template, clock);
    }

    /** What tells this process from every other: containers may share a host name, and process ids there are small. */
    record ProcessName(String name) {}

    @Bean
    ProcessName processName() {
        String tail = UUID.randomUUID().toString().substring(0, 4);
        return new ProcessName(NodeSettings.hostName() + "/" + ProcessHandle.current().pid() + "/" + tail);
    }

    @Bean
    Leases leases(JdbcClient jdbc, StoreTime time, ProcessName process, RunbookMetrics metrics,
            ExecutionSettings settings) {
        return new Leases(jdbc, time, process.name(), metrics::leaseLost, settings.heartbeat());
    }

    @Bean(destroyMethod = "")
    ReplicaRegister replicaRegister(JdbcClient jdbc, StoreTime time, ExecutionSettings settings, ProcessName process,
            NodeSettings node, ObjectProvider<EventLog> log, ObjectProvider<SourceReach> reach) {
        return new ReplicaRegister(jdbc, time, settings, process.name(), node.node(), log::getObject, reach);
    }

    @Bean
    Placement placement(Actions actions, DataSource stateStore) {
        return new Placement(actions.byType(), stateStore);
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
    CutoverGauges cutoverGauges(MeterRegistry registry, Clock clock) {
        return new CutoverGauges(registry, clock);
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
            Placement placement, Clock clock, Watch watch, RunbookMetrics metrics, Companions companions,
            ObjectProvider<Scheduler> scheduler, ObjectProvider<DecisionListener> within) {
        Decisions decisions = new Decisions(new TransactionTemplate(transactions), log, leases, changes, placement,
                clock, companions, within);
        decisions.afterwards(draft -> draft.events().forEach(event -> stopWhatEnded(watch, draft, event)));
        decisions.afterwards(draft -> companions.stop(draft.cutover(), watch));
        decisions.afterwards(metrics::observe);
        decisions.afterwards(draft -> scheduler.ifAvailable(Scheduler::triggerCheckForDueExecutions));
        return decisions;
    }

    @Bean
    StoredRunbook runbook(EventLog log, EventChain chain, Decisions decisions, TemplateFiles templates, Actions actions,
            ObjectProvider<RoleDirectory> directory, CalendarSettings calendar, ReplicaRegister register) {
        return new StoredRunbook(log, chain, decisions, templates, actions.byType(), directory::getObject,
                new FreezeCalendar(calendar), register);
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
            ExecutionSettings settings, StepTraces traces, Placement placement, ReplicaRegister register) {
        return new CompanionRunner(companions, log, desk, watch, settings, traces, placement, register);
    }

    @Bean
    StepRunner stepRunner(Actions actions, EventLog log, Decisions decisions,
            Companions companions, RunningStep.Desk desk, Watch watch, ExecutionSettings settings,
            StepTraces traces, Placement placement, ReplicaRegister register) {
        return new StepRunner(actions.byType(), log, decisions, desk, watch, settings, companions, traces, placement,
                register);
    }

    /** The executions this replica takes: those for everybody, and those of its node. */
    record Executions(List<Task<?>> tasks) {}

    @Bean
    Executions executions(StepRunner steps, CompanionRunner companions, Watch watch, ReplicaRegister register) {
        List<Task<?>> tasks = new ArrayList<>();
        for (Optional<String> node : Stream.concat(Stream.of(Optional.<String>empty()),
                register.label().stream().map(Optional::of)).toList()) {
            tasks.add(stepTask(node, steps, watch));
            tasks.add(companionTask(node, companions));
        }
        return new Executions(List.copyOf(tasks));
    }

    private static CustomTask<Void> stepTask(Optional<String> node, StepRunner runner, Watch watch) {
        return Tasks.custom(StepTask.on(node)).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(watch.shuttingDown() ? Duration.ZERO : AFTER_A_FAULT)))
                .execute((instance, context) -> switch (runner.execute(StepTask.parse(instance.getId()), node)) {
                    case REMOVE -> (complete, operations) -> operations.remove();
                    case LATER -> RunbookConfiguration::later;
                });
    }

    private static CustomTask<Void> companionTask(Optional<String> node, CompanionRunner runner) {
        return Tasks.custom(CompanionTask.on(node)).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, _) -> {
                    CompanionTask task = CompanionTask.parse(instance.getId());
                    runner.execute(task, node);
                    return (complete, operations) -> runner.afterwards(task, node, complete, operations,
                            COMPANION_AGAIN);
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
    Scheduler scheduler(DataSource stateStore, List<Task<?>> tasks, Executions executions, EventLog log,
            Decisions decisions, ExecutionSettings settings, ProcessName process) {
        List<RecurringTask<?>> recurring = new ArrayList<>(List.of(new TimetableRun(log, decisions).task()));
        List<Task<?>> others = new ArrayList<>(executions.tasks());
        for (Task<?> task : tasks) {
            if (task instanceof RecurringTask<?> again) {
                recurring.add(again);
            } else {
                others.add(task);
            }
        }
        return Scheduler.create(new TransactionAwareDataSourceProxy(stateStore), others)
                .startTasks(recurring).threads(settings.threads())
                .heartbeatInterval(settings.heartbeat()).missedHeartbeatsLimit(settings.missedHeartbeats())
                .pollingInterval(POLL).schedulerName(new SchedulerName.Fixed(process.name()))
                .shutdownMaxWait(settings.grace()).deleteUnresolvedAfter(NEVER).build();
    }

    @Bean
    Execution execution(Scheduler scheduler, Watch watch, Leases leases, StoreTime time,
            PlatformTransactionManager transactions, ReplicaRegister register) {
        return new Execution(scheduler, watch, leases, time, new TransactionTemplate(transactions), register);
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
}
