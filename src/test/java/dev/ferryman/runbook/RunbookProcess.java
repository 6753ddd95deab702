package dev.ferryman.runbook;

import static dev.ferryman.runbook.Drive.DANA;
import static dev.ferryman.runbook.Drive.OTTO;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.ferryman.runbook.ScriptedSteps.Script;
import dev.ferryman.runbook.ScriptedSteps.Scripts;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * The runbook and its state store alone, as a process of its own that {@link RunbookChild} starts, kills and stops. It
 * takes one order a line on standard input and answers each with a line that begins with {@code "= "}. What its steps
 * do is written and told through files of a stage directory.
 */
@TestConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan({"dev.ferryman.store.internal", "dev.ferryman.runbook.internal"})
@Import(ScriptedSteps.class)
class RunbookProcess {
    /** First argument: the stage; the others are the application's. */
    public static void main(String[] args) throws IOException {
        Path stage = Path.of(args[0]);
        String[] settings = java.util.Arrays.copyOfRange(args, 1, args.length);
        try (ConfigurableApplicationContext context = SpringApplication.run(RunbookProcess.class, settings);
                var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            context.getBean(Scripts.class).otherwise(new Staged(stage));
            System.out.println("= ready");
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println("= " + carryOut(order.split(" "), context));
            }
        }
    }

    private static String carryOut(String[] order, ConfigurableApplicationContext context) {
        Runbook runbook = context.getBean(Runbook.class);
        Crew crew = new Crew(runbook);
        return switch (order[0]) {
            case "create" -> crew.inMigrate().id();
            case "carry" -> runbook.run(crew.by(DANA, order[1]), "carry").headline();
            case "switch" -> {
                crew.inCutover(order[1]);
                runbook.run(crew.by(OTTO, order[1]), "freeze");
                crew.until(order[1], "freeze", StepStatus.PASSED);
                yield runbook.run(crew.by(OTTO, order[1]), "switch").headline();
            }
            case "idle" -> {
                Scheduler scheduler = context.getBean(Scheduler.class);
                Awaitility.await().until(() -> scheduler.getCurrentlyExecuting().isEmpty());
                yield "idle";
            }
            default -> throw new IllegalArgumentException(order[0]);
        };
    }

    /** Notes what it does, and waits before and after its effect for as long as there is a file that says so. */
    private record Staged(Path stage) implements Script {
        @Override
        public StepResult run(StepContext context) throws Exception {
            note(context, "begun");
            try {
                waitWhileThereIs(context, "hold-before");
                context.intent("act");
                note(context, "acted");
                waitWhileThereIs(context, "hold-after");
                context.outcome("acted");
                context.ensureOwner();
            } catch (Exception e) {
                // The lease is lost, or the interrupt came first, perhaps in the middle of a query.
                note(context, "stopped");
                throw e;
            }
            return new StepResult.Passed("acted");
        }

        @Override
        public Optional<StepResult> probe(StepContext context) {
            if (Files.exists(file(context, "probe-passed"))) {
                return Optional.of(new StepResult.Passed("it has happened"));
            }
            return Files.exists(file(context, "probe-failed"))
                    ? Optional.of(new StepResult.Failed("it has not happened", "retry it"))
                    : Optional.empty();
        }

        private void note(StepContext context, String what) throws IOException {
            // Unlike a channel's, its writes are not cut off by an interrupt.
            try (var file = new FileOutputStream(file(context, what).toFile(), true)) {
                file.write((context.idempotencyKey() + " " + context.generation() + " "
                        + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        private void waitWhileThereIs(StepContext context, String what) throws InterruptedException {
            while (Files.exists(file(context, what))) {
                Thread.sleep(10);
            }
        }

        private Path file(StepContext context, String what) {
            return stage.resolve(context.cutoverId() + "-" + context.stepKey() + "-" + what);
        }
    }
}
