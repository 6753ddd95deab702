package dev.ferryman.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.status.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

/** Names that others chose, in a log as it is configured for the service. */
class LogForgingTest {
    private static final String HOSTILE = "t\r\n2026-11-21T20:00:00.000Z  INFO 1 --- [main] d.f.access.Users : eve is administrator"
            + "\u001b[2J\u0085\u2028\u202e end 🚢 é";

    @TempDir
    Path directory;

    @Test
    void a_name_with_line_breaks_and_control_characters_stays_on_the_line_of_its_entry() throws Exception {
        String logged = logged(Map.of(), null);

        assertThat(logged.lines()).hasSize(1);
        assertThat(logged).contains("Table t\\r\\n2026-11-21T20:00:00.000Z", "\\u001B[2J\\u0085\\u2028\\u202E end 🚢 é")
                .matches(text -> text.chars().noneMatch(letter -> letter < ' ' && letter != '\n'));
    }

    @Test
    void a_message_in_a_trace_cannot_pass_for_an_entry() throws Exception {
        String logged = logged(Map.of(), new IllegalStateException(HOSTILE,
                new IllegalArgumentException("x\n\n2026-11-21T20:00:00.000Z ERROR forged")));

        List<String> lines = logged.lines().toList();
        assertThat(lines.stream().filter(line -> line.startsWith("2026"))).hasSize(1);
        assertThat(lines.stream().filter(line -> line.startsWith("\t| 2026-11-21T20:00:00.000Z"))).hasSize(2);
        assertThat(logged).contains("java.lang.IllegalStateException: t", "\tat dev.ferryman.cli.internal",
                "Caused by: java.lang.IllegalArgumentException: x").doesNotContain("\u001b", "\r");
    }

    @Test
    void a_file_gets_the_same_where_one_is_asked_for() throws Exception {
        Path file = directory.resolve("ferryman.log");
        logged(Map.of("LOG_FILE", file.toString()), null);

        assertThat(Files.readAllLines(file)).singleElement().asString().contains("Table t\\r\\n");
    }

    @Test
    void structured_logs_are_still_to_be_had() throws Exception {
        String logged = logged(Map.of("CONSOLE_LOG_STRUCTURED_FORMAT", "logstash"), null);

        assertThat(logged.lines()).hasSize(1);
        assertThat(logged).startsWith("{").contains("\"message\":\"Table t\\r\\n2026");
    }

    private static String logged(Map<String, String> properties, @Nullable Throwable thrown) throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putObject(Environment.class.getName(), new MockEnvironment());
        properties.forEach(context::putProperty);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(LogForgingTest.class.getResource("/logback-spring.xml"), "the configuration"));
        var root = context.getLogger("ROOT");
        var event = new LoggingEvent("x", root, Level.INFO, "Table {} has no key", thrown, new Object[]{HOSTILE});
        event.setTimeStamp(java.time.Instant.parse("2026-11-21T21:00:00Z").toEpochMilli());
        root.callAppenders(event);
        assertThat(context.getStatusManager().getCopyOfStatusList()).allMatch(
                status -> status.getEffectiveLevel() < Status.WARN);
        var console = (OutputStreamAppender<ILoggingEvent>) Objects.requireNonNull(root.getAppender("CONSOLE"));
        String logged = new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
        context.stop();
        return logged;
    }
}
