package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.traffic.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says in words what steps would do outside, for rehearsals, which do not do it. Looks at arguments only, and shows of an
 * address no more than pages do.
 */
final class Told {
    private Told() {}

    /** What a change of the traffic would be: {@code set DATABASE_URL in /srv/app/.env}. */
    static String traffic(Arguments arguments, Side to) {
        boolean there = to == Side.TARGET;
        return switch (arguments.text("adapter").orElse("")) {
            case "environment-file" -> there
                    ? "set " + String.join(", ", TrafficArguments.values(arguments).keySet()) + " in "
                            + arguments.text("file").orElse("the environment file")
                    : "put the previous content back into " + arguments.text("file").orElse("the environment file");
            case "http" -> arguments.below(there ? "to-target" : "to-source").map(it -> call(it, "POST"))
                    .orElse("call the traffic switch");
            case "command" -> "run the command "
                    + arguments.text(there ? "to-target" : "to-source").orElse("of the traffic switch");
            case "router" -> "send all reads and writes to " + to.database() + " at the router "
                    + arguments.text("router").orElse("of the step");
            case "manual" -> "make sure that a person has done this: "
                    + arguments.text("instructions").orElse("switch the application");
            default -> "point the application at " + to.database();
        };
    }

    /** What taking the application along would be, a reload included where one is described. */
    static String handover(Arguments arguments, Side to) {
        List<String> parts = new ArrayList<>();
        parts.add(traffic(arguments, to));
        arguments.below("reload").filter(it -> it.text("url").isPresent() || it.text("hook").isPresent())
                .ifPresent(it -> parts.add(call(it, "POST")));
        return "It would " + String.join(", and ", parts) + ".";
    }

    /** What an HTTP call would be: {@code call POST https://app.example.org/reload}. */
    static String call(Arguments arguments, String method) {
        Optional<String> named = arguments.text("hook");
        return "call " + (named.isPresent() ? "the hook " + named.get() : shown(arguments, method));
    }

    /** The address of a call, without what may be secret in it. */
    static String shown(Arguments arguments, String method) {
        try {
            return HttpCall.of(arguments.text("method").orElse(method), arguments.required("url")).shown();
        } catch (BadInputException _) {
            return "an address";
        }
    }
}
