package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.StepResult.Passed;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.KeyChange;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeStage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The stages of a change of keys as steps. */
@Configuration(proxyBeanMethods = false)
class KeyChangeSteps {
    /** Type of the step after which nothing can be taken back. */
    static final String DROP = "key-change.drop";

    /** Whether a cutover has given the old values up, so that only a restore brings them back. */
    static boolean dropped(Cutover cutover) {
        return cutover.steps().stream().anyMatch(
                step -> DROP.equals(step.definition().uses()) && step.status() == StepStatus.PASSED);
    }

    @Bean
    KeyChangeStep keyChangePlan(Material material) {
        return new KeyChangeStep("key-change.plan", material, (change, wish) -> {
            KeyChangePlan plan = change.plan(wish.schema(), wish.tables(), wish.version());
            long rows = plan.tables().stream().mapToLong(table -> table.estimatedRows()).sum();
            return new Passed(columns(plan) + " get UUIDs, about " + Counted.of(rows, "row") + ": "
                    + plan.inOrder().stream().map(KeyChangePlan.Place::title).collect(Collectors.joining(", ")) + ".",
                    Map.of("columns", plan.inOrder().stream().map(KeyChangePlan.Place::title).toList(), "rows", rows));
        });
    }

    @Bean
    KeyChangeStep keyChangeExpand(Material material) {
        return new KeyChangeStep("key-change.expand", material, (change, wish) -> {
            if (change.stage() == KeyChangeStage.NONE) {
                change.expand(change.plan(wish.schema(), wish.tables(), wish.version()));
            }
            return new Passed(columns(change.begun()) + " have a UUID beside them, and every write fills both.");
        });
    }

    @Bean
    KeyChangeStep keyChangeBackfill(Material material) {
        return new KeyChangeStep("key-change.backfill", material, (change, _) -> {
            long rows = change.backfill();
            return new Passed("Every row has its UUIDs: " + Counted.of(rows, "value") + " filled in.",
                    Map.of("values", rows));
        });
    }

    @Bean
    KeyChangeStep keyChangeConstrain(Material material) {
        return new KeyChangeStep("key-change.constrain", material, (change, _) -> {
            change.constrain();
            return new Passed(
                    "The UUIDs have the indexes, NOT NULLs and foreign keys of the old values, all validated.");
        });
    }

    @Bean
    KeyChangeStep keyChangeVerify(Material material) {
        return new KeyChangeStep("key-change.verify", material, (change, _) -> verdict(change));
    }

    private static StepResult verdict(KeyChange change) throws InterruptedException {
        List<String> wrong = change.verify();
        return wrong.isEmpty()
                ? new Passed("Every reference leads to the same row by its UUID as by its old value, in "
                        + columns(change.begun()) + ".")
                : new StepResult.Failed(String.join(" ", wrong),
                        "Nothing was changed, both values are kept. Find out who writes without the trigger"
                                + " (session_replication_role), correct these rows, then retry.");
    }

    @Bean
    KeyChangeStep keyChangeSwitch(Material material) {
        return new KeyChangeStep("key-change.switch", material, (change, _) -> {
            change.switchOver();
            return new Passed("The UUIDs have taken the names of " + columns(change.begun())
                    + ". The old values are still written, so that it can be taken back.");
        });
    }

    @Bean
    KeyChangeStep keyChangeUndo(Material material) {
        return new KeyChangeStep("key-change.undo", material, (change, wish) -> {
            if (wish.dropped()) {
                return new StepResult.Failed("The old values were given up: only a restore brings them back.",
                        "Nothing was changed, the application goes on with the UUIDs. Restore the backup, or give this"
                                + " rollback up.");
            }
            KeyChangeStage from = change.stage();
            change.undo(wish.keep());
            return new Passed(switch (from) {
                case NONE -> "There is nothing to take back.";
                case SWITCHED -> "The old values have their names again, with everything that was written since.";
                default -> "The UUIDs are gone, nothing else has changed.";
            });
        });
    }

    @Bean
    KeyChangeStep keyChangeDrop(Material material) {
        return new KeyChangeStep(DROP, material, (change, _) -> {
            if (change.stage() != KeyChangeStage.NONE) {
                change.drop();
                change.forget();
            }
            return new Passed("The old values are gone, and nothing of Ferryman is left.");
        });
    }

    private static String columns(KeyChangePlan plan) {
        return Counted.of(plan.inOrder().size(), "column") + " of " + Counted.of(plan.tables().size(), "table");
    }
}
