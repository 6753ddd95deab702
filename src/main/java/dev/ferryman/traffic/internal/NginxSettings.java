package dev.ferryman.traffic.internal;

import dev.ferryman.hook.HttpCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An nginx and the file that Ferryman writes for it.
 *
 * @param file the file that nginx includes; it must exist, and its directory must be writable
 * @param testCommand name of the command that tests the configuration ({@code nginx -t})
 * @param reloadCommand name of the command that makes nginx load it ({@code nginx -s reload})
 * @param probe address at which the running nginx says {@code $ferryman_routing}, null where there is none
 * @param blue the upstream that works on SQLite
 * @param green the upstream that works on PostgreSQL
 * @param splitBy the text by whose hash reads are split, as nginx writes it
 * @param timeout how long nginx may take to load a new configuration, and for one answer of the probe
 */
public record NginxSettings(Path file, String testCommand, String reloadCommand, @Nullable String probe,
        @DefaultValue("blue") String blue, @DefaultValue("green") String green,
        @DefaultValue("$request_id") String splitBy, @DefaultValue("10s") Duration timeout) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,120}");
    private static final Pattern VARIABLES = Pattern.compile("[A-Za-z0-9_$.-]{1,200}");

    public NginxSettings {
        if (file == null || !file.isAbsolute() || testCommand == null || reloadCommand == null) {
            throw new IllegalArgumentException(
                    "an nginx needs file (an absolute path), test-command and reload-command");
        }
        if (!NAME.matcher(blue).matches() || !NAME.matcher(green).matches() || blue.equals(green)) {
            throw new IllegalArgumentException("blue and green must be names of two upstreams of nginx");
        }
        if (!VARIABLES.matcher(splitBy).matches() || !splitBy.contains("$")) {
            throw new IllegalArgumentException(
                    "split-by must hold variables of nginx, such as $request_id or $remote_addr");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
        if (probe != null) {
            HttpCall.of("GET", probe);
        }
    }
}
