package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Users;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What people see of messages and channels, without a script. */
@StateStores.OnSqlite
class MessagePagesTest {
    private static final HttpReceiver HOOK = receiver();

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    private final LiveSite site = new LiveSite();

    private static HttpReceiver receiver() {
        try {
            return new HttpReceiver();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry settings) throws IOException {
        Path key = Files.writeString(Files.createTempFile("hook", ".key").toAbsolutePath(), "geheim");
        settings.add("ferryman.templates.directory", () -> "src/test/resources/dev/ferryman/web/templates");
        settings.add("ferryman.notify.channels.hook.kind", () -> "webhook");
        settings.add("ferryman.notify.channels.hook.url", () -> HOOK.url("/hook"));
        settings.add("ferryman.notify.channels.hook.secret", () -> "file:" + key);
        settings.add("ferryman.notify.channels.hook.quiet", () -> "03:01-03:00 UTC");
        settings.add("ferryman.notify.retry-delay", () -> "50ms");
        settings.add("ferryman.notify.attempts", () -> "2");
    }

    @BeforeEach
    void forget() {
        HOOK.reset();
    }

    @AfterEach
    void end() {
        site.close();
    }

    @AfterAll
    static void close() {
        HOOK.close();
    }

    @Test
    void people_see_what_is_planned_and_what_failed_and_send_it_again() {
        Crew crew = new Crew(port, users, site);
        Visitor operator = crew.person("operator");
        Map<String, String> draft = crew.draft("Friday <b>night</b>");
        String start = LocalDateTime.now(ZoneOffset.UTC).plusDays(3)
                .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm"));
        String end = LocalDateTime.now(ZoneOffset.UTC).plusDays(4)
                .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm"));
        draft.putAll(Map.of("window.start", start, "window.end", end, "window.zone", "Europe/Berlin"));
        draft.keySet().removeIf(field -> field.startsWith("parameters."));
        Visitor.Page plan = operator.get("/cutovers/new?template=told-pages").send("/cutovers/new", draft);
        assertThat(plan.text()).contains("Create cutover");
        String cutover = plan.send("/cutovers", Map.of()).path();
        HOOK.usually(HttpReceiver.status(500));

        Visitor.Page page = operator.get(cutover + "/messages");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Friday <b>night</b> is tomorrow", "T+4h", "No such channel is configured",
                "Four hours in", "every 15m in window", "Nothing has been sent yet");
        assertThat(page.html()).doesNotContain("<b>night");

        operator.get(cutover).send(cutover + "/steps/ready/complete", Map.of());
        crew.person("tech-lead").get(cutover).send(cutover + "/gates/go/break-glass", Map.of("text", "asleep"));
        await().atMost(Duration.ofSeconds(30)).until(() -> operator.get(cutover).text().contains("1 not delivered"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> operator.get(cutover + "/messages").text().contains("quiet hours"));
        try (var desktop = Browser.desktop();
                var phone = Browser.phone();
                var dark = Browser.darkDesktop()) {
            for (Browser each : List.of(desktop, phone, dark)) {
                crew.open(each.page(), "operator", cutover + "/messages");
                each.keep("messages-" + List.of(desktop, phone, dark).indexOf(each));
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.smallTargets()).isEmpty();
                assertThat(each.complaints()).isEmpty();
            }
        }

        HOOK.usually(HttpReceiver.status(200));
        Visitor.Page failed = operator.get(cutover + "/messages");
        String send = failed.actions().stream().filter(action -> action.endsWith("/send"))
                .filter(action -> failed.html()
                        .indexOf(action) > failed.html().indexOf("Glass of Go"))
                .findFirst().orElseThrow();
        assertThat(failed.send(send, Map.of("reason", " ")).status()).isEqualTo(422);
        assertThat(failed.send(send, Map.of("reason", "the hook is back")).text())
                .contains("The message is on its way");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !operator.get(cutover).text().contains("1 not delivered"));
        assertThat(operator.get(cutover + "/messages").text()).contains("Asked for by", "the hook is back");
        assertThat(crew.person("viewer").get(cutover + "/messages").actions())
                .noneMatch(action -> action.endsWith("/send"));
    }

    @Test
    void administrators_test_channels_and_nobody_else_sees_them() {
        Crew crew = new Crew(port, users, site);
        Visitor.Page page = crew.person("administrator").get("/channels");
        assertThat(page.text()).contains("hook", "quiet 03:01-03:00 UTC").doesNotContain("geheim");
        assertThat(page.send("/channels/hook/test", Map.of()).text())
                .contains("Channel hook works: the test message was taken.");
        HOOK.usually(HttpReceiver.status(500));
        assertThat(page.send("/channels/hook/test", Map.of()).text()).contains("does not work",
                "The server answered 500");
        assertThat(crew.person("operator").get("/channels").status()).isEqualTo(403);
        assertThat(crew.person("operator").get("/").html()).doesNotContain("href=\"/channels\"");
        try (var desktop = Browser.darkDesktop(); var phone = Browser.darkPhone()) {
            for (Browser each : List.of(desktop, phone)) {
                crew.open(each.page(), "administrator", "/channels");
                each.keep("channels-" + List.of(desktop, phone).indexOf(each));
                assertThat(each.scrollsSideways()).isFalse();
                assertThat(each.smallTargets()).isEmpty();
            }
        }
    }
}
