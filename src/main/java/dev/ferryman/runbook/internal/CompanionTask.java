package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/** The execution of a companion, named {@code cutover/type}. */
record CompanionTask(String cutoverId, String type) {
    static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("companion");
    /** Steps are keys of letters, digits and dashes, so that no step's lease is taken for a companion's. */
    private static final String MARK = "~";
    /** Companions have runs and no attempts. */
    static final int ATTEMPT = 0;

    TaskInstance<Void> instance() {
        return new TaskInstance<>(DESCRIPTOR.getTaskName(), cutoverId + "/" + type);
    }

    /** Under which key its lease is kept. */
    String leaseKey() {
        return MARK + type;
    }

    /** How {@link Leases} names it. */
    String leaseName() {
        return leaseKey() + "/" + ATTEMPT;
    }

    static CompanionTask parse(String instanceId) {
        String[] parts = instanceId.split("/", -1);
        return new CompanionTask(parts[0], parts[1]);
    }
}
