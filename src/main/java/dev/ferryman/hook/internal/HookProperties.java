package dev.ferryman.hook.internal;

import dev.ferryman.hook.CommandDefinition;
import dev.ferryman.hook.HttpCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow a runbook to run and to call.
 *
 * @param commands commands by name
 * @param hooks HTTP calls by name
 */
@ConfigurationProperties("ferryman")
public record HookProperties(@DefaultValue Map<String, Command> commands, @DefaultValue Map<String, Http> hooks) {

    /**
     * A command that may be run.
     *
     * @param arguments argument vector, the program's absolute path first; {name} stands for a parameter
     * @param parameters pattern that the whole value of each parameter must match
     * @param directory working directory
     * @param environment the command's whole environment; values may be secret references
     * @param timeLimit how long it and everything it starts may run
     * @param outputLimit how many characters of its output are kept
     */
    public record Command(@DefaultValue List<String> arguments, @DefaultValue Map<String, String> parameters,
            @DefaultValue("/") Path directory, @DefaultValue Map<String, String> environment,
            @DefaultValue("5m") Duration timeLimit, @DefaultValue("65536") int outputLimit) {}

    /**
     * An HTTP call that steps may name.
     *
     * @param method HTTP method
     * @param url absolute address
     * @param headers headers; values may be secret references
     * @param body body; may contain secret references
     * @param expected status codes that count as success
     * @param retries further attempts after the first
     * @param delay pause between attempts
     * @param timeout how long one attempt may take
     */
    public record Http(@DefaultValue("POST") String method, String url, @DefaultValue Map<String, String> headers,
            @Nullable String body, @DefaultValue( {
                    "200", "201", "202", "204"
            }) Set<Integer> expected, @DefaultValue("2") int retries, @DefaultValue("2s") Duration delay,
            @DefaultValue("10s") Duration timeout){}

    /** The allow-list, checked. */
    public Map<String, CommandDefinition> definitions() {
        Map<String, CommandDefinition> definitions = new HashMap<>();
        commands.forEach((name, command) -> {
            Map<String, Pattern> patterns = new HashMap<>();
            command.parameters().forEach((parameter, pattern) -> patterns.put(parameter, Pattern.compile(pattern)));
            definitions.put(name, new CommandDefinition(name, command.arguments(), patterns, command.directory(),
                    command.environment(), command.timeLimit(), command.outputLimit()));
        });
        return definitions;
    }

    /** The calls, checked. */
    public Map<String, HttpCall> calls() {
        Map<String, HttpCall> calls = new HashMap<>();
        hooks.forEach((name, http) -> calls.put(name,
                new HttpCall(http.method(), HttpCall.address(http.url()), http.headers(), http.body(), http.expected(),
                        http.retries(), http.delay(), http.timeout())));
        return calls;
    }
}
