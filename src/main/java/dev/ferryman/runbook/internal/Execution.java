package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerStarter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts executing when everything else is up and stops before anything goes down. Being the scheduler's starter, it keeps
 * the one of Spring Boot's configuration away.
 */
final class Execution implements SmartLifecycle, DbSchedulerStarter {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final Scheduler scheduler;
    private final Watch watch;
    private final Leases leases;
    private final StoreTime time;
    private final TransactionTemplate transactions;
    private final ReplicaRegister register;
    private final AtomicBoolean running = new AtomicBoolean();

    Execution(Scheduler scheduler, Watch watch, Leases leases, StoreTime time, TransactionTemplate transactions,
            ReplicaRegister register) {
        this.register = register;
        this.scheduler = scheduler;
        this.watch = watch;
        this.leases = leases;
        this.time = time;
        this.transactions = transactions;
    }

    @Override
    public void start() {
        if (!running.compareAndSet(false, true)) {
            return;
        }
        // The store's lock says that nobody else is there, so what is held is held by the dead: no need to wait until
        // their heart-beats are missed.
        if (!time.shared()) {
            transactions.executeWithoutResult(status -> leases.releaseAllOfTheDead());
        }
        register.start();
        watch.start();
        scheduler.start();
    }

    @Override
    public void doStart() {
        // Started by the life cycle, after what the dead have left was released.
    }

    @Override
    public void stop() {
        if (running.compareAndSet(true, false)) {
            LOG.info("Steps under way give way to the shutdown and are continued after the next start");
            watch.shutDown();
            scheduler.stop();
            watch.close();
            register.close();
        }
    }

    /** A scheduler that was stopped cannot be started again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running.get();
    }
}
