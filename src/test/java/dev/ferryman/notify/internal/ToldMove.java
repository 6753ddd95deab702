package dev.ferryman.notify.internal;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.testing.HttpReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;

/** People, a step that fails when it is told to, and real servers behind the channels of the tests. */
@TestConfiguration(proxyBeanMethods = false)
class ToldMove {
    static final Actor OTTO = new Actor("otto", "Otto", Set.of("operator"));
    static final Actor TESS = new Actor("tess", "Tess", Set.of("tech-lead"));
    static final Actor ADA = new Actor("ada", "Ada", Set.of("administrator"));
    static final Actor VERA = new Actor("vera", "Vera", Set.of("viewer"));
    static final String KEY = "the key that signs";

    static final HttpReceiver HOOK = receiver();
    static final HttpReceiver CHAT = receiver();
    static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));

    /** What the step says when it fails; a cutover without an entry passes. */
    static final Map<String, String> FAILING = new ConcurrentHashMap<>();

    private static HttpReceiver receiver() {
        try {
            return new HttpReceiver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void channels(DynamicPropertyRegistry settings) {
        if (!MAIL.isRunning()) {
            MAIL.start();
        }
        String key = secret("key", KEY);
        String chat = secret("chat", CHAT.url("/services/T1/B1/geheim"));
        settings.add("ferryman.templates.directory", () -> "src/test/resources/dev/ferryman/notify/templates");
        settings.add("ferryman.public-url", () -> "https://ferryman.example/");
        settings.add("ferryman.notify.retry-delay", () -> "50ms");
        settings.add("ferryman.notify.attempts", () -> "3");
        settings.add("ferryman.notify.combine-within", () -> "3s");
        settings.add("ferryman.notify.timeout", () -> "2s");
        for (String name : Set.of("hook", "night", "rehearsal-room")) {
            settings.add("ferryman.notify.channels." + name + ".kind", () -> "webhook");
            settings.add("ferryman.notify.channels." + name + ".url", () -> HOOK.url("/" + name));
            settings.add("ferryman.notify.channels." + name + ".secret", () -> key);
        }
        // Quiet but for a minute: whoever runs the test in that one waits it out.
        settings.add("ferryman.notify.channels.night.quiet", () -> "03:01-03:00 UTC");
        settings.add("ferryman.notify.channels.rehearsal-room.rehearsals", () -> "true");
        settings.add("ferryman.notify.channels.chat.kind", () -> "slack");
        settings.add("ferryman.notify.channels.chat.url", () -> chat);
        settings.add("ferryman.notify.channels.mail.kind", () -> "email");
        settings.add("ferryman.notify.channels.mail.host", () -> "127.0.0.1");
        settings.add("ferryman.notify.channels.mail.port", () -> MAIL.getSmtp().getPort());
        settings.add("ferryman.notify.channels.mail.tls", () -> "none");
        settings.add("ferryman.notify.channels.mail.from", () -> "ferryman@example.org");
        settings.add("ferryman.notify.channels.mail.to", () -> "everybody@example.org");
    }

    static String secret(String name, String text) {
        try {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target", "stores")), name, ".secret");
            return "file:" + Files.writeString(file.toAbsolutePath(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Bean
    StepAction told() {
        return new StepAction() {
            @Override
            public String type() {
                return "told";
            }

            @Override
            public boolean idempotent() {
                return true;
            }

            @Override
            public StepResult run(StepContext context) {
                String why = FAILING.get(context.cutoverId());
                return why == null ? new StepResult.Passed("fine") : new StepResult.Failed(why, "try again");
            }
        };
    }

    @Bean
    @Primary
    RoleDirectory everybody() {
        return new RoleDirectory() {
            @Override
            public Set<String> rolesOf(String username) {
                return Set.of(OTTO, TESS, ADA, VERA).stream().filter(actor -> actor.username().equals(username))
                        .findFirst().map(Actor::roles).orElse(Set.of());
            }

            @Override
            public Set<String> holdersOf(String role) {
                return role.equals("operator") ? Set.of("otto") : Set.of("tess");
            }
        };
    }
}
