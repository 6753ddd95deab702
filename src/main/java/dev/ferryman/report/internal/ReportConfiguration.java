package dev.ferryman.report.internal;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.ferryman.report.EventRetention;
import jakarta.servlet.MultipartConfigElement;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what keeps attached files. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ReportSettings.class, RetentionSettings.class})
class ReportConfiguration {
    private static final Duration LOOK_EVERY = Duration.ofHours(1);

    /** Only one process at a time has it. */
    @Bean
    @ConditionalOnProperty("ferryman.retention.archive-directory")
    RecurringTask<Void> archiveTask(ObjectProvider<EventRetention> retention) {
        return Tasks.recurring("archive", FixedDelay.of(LOOK_EVERY))
                .execute((_, _) -> retention.getObject().sweep());
    }

    @Bean
    AttachedFiles attachedFiles(@Value("${ferryman.work-directory:data/cutovers}") Path workDirectory,
            ReportSettings settings, Clock clock) {
        return new AttachedFiles(workDirectory.toAbsolutePath().resolve("attachments"),
                settings.largestFile(), clock);
    }

    /**
     * Lets a form carry somewhat more than a file may have: whoever sends a file that is too large is told so by the page
     * itself, where the server would cut the request off before its form is known to be genuine.
     */
    @Bean
    MultipartConfigElement multipartConfig(ReportSettings settings) {
        long most = 4 * settings.largestFile().toBytes() + (1 << 20);
        return new MultipartConfigElement("", most, most, 0);
    }
}
