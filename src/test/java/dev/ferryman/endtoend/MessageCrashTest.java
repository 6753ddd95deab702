package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.testing.Caller;
import dev.ferryman.testing.HttpReceiver;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The service is killed after messages have left it and before anybody has answered. */
class MessageCrashTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();

    @TempDir
    Path temporary;

    @Test
    void a_message_of_unknown_fate_is_repeated_only_where_the_receiver_can_tell_with_the_state_in_sqlite()
            throws Exception {
        killedBetweenIntentAndOutcome(StateStores.freshSqliteUrl());
    }

    @Test
    void a_message_of_unknown_fate_is_repeated_only_where_the_receiver_can_tell_with_the_state_in_postgresql()
            throws Exception {
        try (var store = TestPostgres.newest().freshDatabase()) {
            killedBetweenIntentAndOutcome(store.jdbcUrl());
        }
    }

    private void killedBetweenIntentAndOutcome(String store) throws Exception {
        Path directory = temporary.toRealPath();
        Path source = directory.resolve("app.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
        }
        Path password = Files.writeString(directory.resolve("password"), TestPostgres.PASSWORD);
        String token = Newcomer.tokenOfOneWithAllRoles(store);
        CountDownLatch answers = new CountDownLatch(1);
        try (var hook = new HttpReceiver();
                var chat = new HttpReceiver();
                var target = TestPostgres.newest().freshDatabase();
                var service = FerrymanProcess.start("messages", directory, Map.of(),
                        List.of("ferryman.store.url=" + store, "ferryman.source-roots=" + directory,
                                "ferryman.secrets.roots=" + directory, "ferryman.work-directory="
                                        + directory.resolve("work"),
                                "ferryman.templates.directory=" + TEMPLATES, "ferryman.execution.heartbeat=250ms",
                                "ferryman.execution.lease=2s", "ferryman.notify.timeout=60s",
                                "ferryman.notify.channels.hook.kind=webhook",
                                "ferryman.notify.channels.hook.url=" + hook.url("/"),
                                "ferryman.notify.channels.hook.secret=file:" + password,
                                "ferryman.notify.channels.chat.kind=slack", "ferryman.notify.channels.chat.url=file:"
                                        + Files.writeString(directory.resolve("chat"), chat.url("/T1"))))) {
            hook.next(new HttpReceiver.Reply(200, "ok", Map.of(), answers));
            chat.next(new HttpReceiver.Reply(200, "ok", Map.of(), answers));
            var caller = new Caller(service.uri("").getPort(), token);
            var cutover = RemoteCutover.create(caller, Map.of("name", "Killed", "template", "told-twice", "source",
                    source.toString(), "target", Map.of("url", target.urlWithoutPassword(), "passwordReference",
                            "file:" + password),
                    "parameters", Map.of()));
            cutover.complete("ready");
            await().atMost(LONG_ENOUGH).until(() -> hook.requests().size() == 1 && chat.requests().size() == 1);
            service.kill();
            answers.countDown();
            service.restart();

            await().atMost(LONG_ENOUGH).until(() -> state(caller, cutover, "hook").equals("sent")
                    && state(caller, cutover, "chat").equals("unknown"));
            assertThat(hook.requests()).hasSize(2).extracting(request -> request.headers().get("Idempotency-Key"))
                    .containsOnly(hook.requests().getFirst().headers().get("Idempotency-Key"));
            assertThat(hook.requests()).extracting(HttpReceiver.Request::body)
                    .containsOnly(hook.requests().getFirst().body());
            assertThat(chat.requests()).hasSize(1);

            long unknown = message(caller, cutover, "chat").path("id").asLong();
            assertThat(caller.post(cutover.path() + "/messages/" + unknown + "/send",
                    Map.of("reason", "nobody has seen it")).status()).isEqualTo(202);
            await().atMost(LONG_ENOUGH).until(() -> state(caller, cutover, "chat").equals("sent"));
            assertThat(chat.requests()).hasSize(2);
            assertThat(caller.post("/api/v1/channels/chat/test", Map.of()).json().path("sent").asBoolean()).isTrue();
            assertThat(caller.post("/api/v1/channels/none/test", Map.of()).status()).isEqualTo(404);
        }
    }

    private static String state(Caller caller, RemoteCutover cutover, String channel) {
        return message(caller, cutover, channel).path("state").asString("");
    }

    private static JsonNode message(Caller caller, RemoteCutover cutover, String channel) {
        return caller.get(cutover.path() + "/messages").json().valueStream()
                .filter(each -> each.path("channel").asString().equals(channel)).findFirst().orElseThrow();
    }
}
