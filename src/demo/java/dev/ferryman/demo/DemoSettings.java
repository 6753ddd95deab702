package dev.ferryman.demo;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the demo runs.
 *
 * @param directory everything that the demo keeps; delete it to begin again
 * @param leaveDeskPort the leave desk's port at the first start, which it keeps; any free one where this is taken or 0
 * @param writesPerSecond how busy the leave desk's users are
 * @param template how the ready cutover moves: {@code live} or {@code stop-and-copy}
 * @param soak how long the application is watched after the switch, such as {@code 30s}
 */
@ConfigurationProperties("demo")
record DemoSettings(Path directory, @DefaultValue("8090") int leaveDeskPort, @DefaultValue("20") int writesPerSecond,
        @DefaultValue("live") String template, @DefaultValue("30s") String soak) {
    DemoSettings {
        directory = directory.toAbsolutePath().normalize();
    }

    Path postgresDirectory() {
        return directory.resolve("postgres");
    }

    Path leaveDeskDirectory() {
        return directory.resolve("leave-desk");
    }

    /** Holds the token that the leave desk asks of whoever administers it. */
    Path leaveDeskToken() {
        return leaveDeskDirectory().resolve("leave-desk.token");
    }

    Path passwords() {
        return directory.resolve("passwords.txt");
    }
}
