package dev.ferryman.runbook;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Actions that do what a test tells them, and people who hold what their name says. */
@TestConfiguration(proxyBeanMethods = false)
class ScriptedSteps {
    /** What one step of one cutover does. */
    interface Script {
        StepResult run(StepContext context) throws Exception;

        default Optional<StepResult> probe(StepContext context) {
            return Optional.empty();
        }
    }

    /** Scripts by cutover and step; a step without one passes. */
    static final class Scripts {
        private final Map<String, Script> scripts = new ConcurrentHashMap<>();
        private volatile Script otherwise = running -> new StepResult.Passed("fine");

        /** What every step without a script of its own does. */
        void otherwise(Script script) {
            otherwise = script;
        }

        void put(String cutoverId, String step, Script script) {
            scripts.put(cutoverId + "/" + step, script);
        }

        Script of(StepContext context) {
            return scripts.getOrDefault(context.cutoverId() + "/" + context.stepKey(), otherwise);
        }
    }

    private record Scripted(String type, boolean idempotent, Scripts scripts) implements StepAction {
        @Override
        public StepResult run(StepContext context) throws Exception {
            return scripts.of(context).run(context);
        }

        @Override
        public Optional<StepResult> probe(StepContext context) {
            return scripts.of(context).probe(context);
        }
    }

    @Bean
    Scripts scripts() {
        return new Scripts();
    }

    @Bean
    StepAction scripted(Scripts scripts) {
        return new Scripted("scripted", true, scripts);
    }

    @Bean
    StepAction scriptedOnce(Scripts scripts) {
        return new Scripted("scripted-once", false, scripts);
    }

    @Bean
    @Primary
    RoleDirectory everybody() {
        return new RoleDirectory() {
            @Override
            public Set<String> rolesOf(String username) {
                return Drive.EVERYBODY.stream().filter(actor -> actor.username().equals(username)).findFirst()
                        .map(Actor::roles).orElse(Set.of());
            }

            @Override
            public Set<String> holdersOf(String role) {
                return Drive.EVERYBODY.stream().filter(actor -> actor.holds(role)).map(Actor::username)
                        .collect(java.util.stream.Collectors.toSet());
            }
        };
    }
}
