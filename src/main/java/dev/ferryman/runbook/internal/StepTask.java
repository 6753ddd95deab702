package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.util.Optional;

/** The execution of an attempt at a step, named {@code cutover/step/attempt}. */
record StepTask(String cutoverId, String stepKey, int attempt) {
    /** Executions that any replica may have. */
    private static final String NAME = "step";

    /** Executions for replicas of a node, or for any. */
    static TaskDescriptor<Void> on(Optional<String> node) {
        return TaskDescriptor.of(Placement.taskName(NAME, node));
    }

    TaskInstance<Void> instance(Optional<String> node) {
        return new TaskInstance<>(on(node).getTaskName(), name());
    }

    /** Of the attempt, whoever runs it. */
    String name() {
        return cutoverId + "/" + stepKey + "/" + attempt;
    }

    static StepTask parse(String instanceId) {
        String[] parts = instanceId.split("/", -1);
        return new StepTask(parts[0], parts[1], Integer.parseInt(parts[2]));
    }
}
