package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/** The one kind of execution there is: an attempt at a step, named {@code cutover/step/attempt}. */
record StepTask(String cutoverId, String stepKey, int attempt) {
    static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("step");

    TaskInstance<Void> instance() {
        return new TaskInstance<>(DESCRIPTOR.getTaskName(), cutoverId + "/" + stepKey + "/" + attempt);
    }

    static StepTask parse(String instanceId) {
        String[] parts = instanceId.split("/", -1);
        return new StepTask(parts[0], parts[1], Integer.parseInt(parts[2]));
    }
}
