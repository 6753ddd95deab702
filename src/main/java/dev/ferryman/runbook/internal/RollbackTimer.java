package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/** The execution of an announced rollback when it is due, named {@code cutover/number of the event that announced it}. */
record RollbackTimer(String cutoverId, long seq) {
    static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("rollback");

    TaskInstance<Void> instance() {
        return new TaskInstance<>(DESCRIPTOR.getTaskName(), cutoverId + "/" + seq);
    }

    static RollbackTimer parse(String instanceId) {
        String[] parts = instanceId.split("/", -1);
        return new RollbackTimer(parts[0], Long.parseLong(parts[1]));
    }
}
