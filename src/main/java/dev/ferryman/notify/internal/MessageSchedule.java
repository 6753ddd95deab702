package dev.ferryman.notify.internal;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Instant;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Table {@code message_schedule}: when which message is looked at next. Written in the transaction at hand. */
final class MessageSchedule {
    static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("message");
    static final String TABLE = "message_schedule";

    private final SchedulerClient client;

    MessageSchedule(DataSource stateStore) {
        this.client = SchedulerClient.Builder
                .create(new TransactionAwareDataSourceProxy(stateStore),
                        Tasks.oneTime(DESCRIPTOR).execute((_, _) -> {}))
                .tableName(TABLE).build();
    }

    /** Has the message looked at then. One that is being looked at is asked for its time when that ends. */
    void at(long messageId, Instant due) {
        TaskInstance<Void> instance = new TaskInstance<>(DESCRIPTOR.getTaskName(), Long.toString(messageId));
        try {
            if (!client.scheduleIfNotExists(instance, due)) {
                client.reschedule(instance, due);
            }
        } catch (TaskInstanceCurrentlyExecutingException _) {
            // The look under way ends under the message's lock, and goes by what is stored there.
        }
    }
}
