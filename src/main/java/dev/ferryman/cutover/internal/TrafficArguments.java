package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.traffic.HttpSwitch;
import dev.ferryman.traffic.ManualSwitch.Confirmation;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficRouter;
import dev.ferryman.traffic.TrafficSwitch;
import dev.ferryman.traffic.TrafficSwitches;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Makes the switch that a step's arguments describe. {@code adapter} is one of {@code environment-file} ({@code file},
 * {@code key} and {@code value}, or {@code values}), {@code http} ({@code to-target} and {@code to-source} with
 * {@code url}, {@code method}, {@code headers}, {@code body}; {@code read-back} with {@code url}, {@code field},
 * {@code source}, {@code target}), {@code command} ({@code to-target}, {@code to-source}, {@code read-back},
 * {@code parameters}), {@code router} ({@code router}: a name of the server's configuration) and {@code manual}
 * ({@code instructions}, {@code confirmed-in}, {@code undone-in}: keys of manual steps whose evidence counts).
 */
@Component
class TrafficArguments {
    private final TrafficSwitches switches;
    private final HttpHooks hooks;

    TrafficArguments(TrafficSwitches switches, HttpHooks hooks) {
        this.switches = switches;
        this.hooks = hooks;
    }

    TrafficSwitch read(Arguments arguments, Runbook runbook, String cutoverId) {
        String adapter = arguments.required("adapter");
        return switch (adapter) {
            case "environment-file" -> switches.environmentFile(arguments.required("file"), values(arguments));
            case "http" -> http(arguments);
            case "command" -> switches.command(arguments.required("to-target"), arguments.required("to-source"),
                    arguments.text("read-back").orElse(null), arguments.texts("parameters"));
            case "router" -> router(arguments);
            case "manual" -> {
                String confirmed = arguments.required("confirmed-in");
                String undone = arguments.required("undone-in");
                yield switches.manual(arguments.required("instructions"),
                        () -> last(runbook, cutoverId, confirmed, undone));
            }
            default -> throw new BadInputException("There is no traffic adapter named " + adapter + ".",
                    "Use router, environment-file, http, command or manual.");
        };
    }

    /** The configured router that the arguments name. */
    TrafficRouter router(Arguments arguments) {
        return switches.router(arguments.required("router"));
    }

    /** The variables that an environment file would get. */
    static Map<String, String> values(Arguments arguments) {
        Map<String, String> values = new LinkedHashMap<>(arguments.texts("values"));
        arguments.text("key").ifPresent(key -> values.put(key, arguments.required("value")));
        return values;
    }

    private TrafficSwitch http(Arguments arguments) {
        Optional<HttpSwitch.Reading> reading = arguments.below("read-back").filter(it -> it.text("url").isPresent())
                .map(it -> new HttpSwitch.Reading(it.call(hooks, "GET"), it.required("field"), it.required("source"),
                        it.required("target")));
        return switches.http(direction(arguments, "to-target"), direction(arguments, "to-source"),
                reading.orElse(null));
    }

    private dev.ferryman.hook.HttpCall direction(Arguments arguments, String key) {
        return arguments.below(key).orElseThrow(() -> new BadInputException("The argument " + key + " is missing.",
                "Describe the call with url, method, headers and body.")).call(hooks, "POST");
    }

    private static Optional<Confirmation> last(Runbook runbook, String cutoverId, String confirmed, String undone) {
        var cutover = runbook.get(cutoverId);
        return cutover.step(undone).flatMap(step -> confirmation(step, Side.SOURCE))
                .or(() -> cutover.step(confirmed).flatMap(step -> confirmation(step, Side.TARGET)));
    }

    private static Optional<Confirmation> confirmation(Step step, Side side) {
        if (step.status() != StepStatus.PASSED) {
            return Optional.empty();
        }
        return step.lastAttempt().filter(attempt -> attempt.evidence() != null && !attempt.evidence().isBlank())
                .map(attempt -> new Confirmation(side, attempt.startedByName(), String.valueOf(attempt.evidence())));
    }
}
