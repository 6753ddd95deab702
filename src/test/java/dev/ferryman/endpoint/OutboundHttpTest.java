package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.HttpReceiver;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OutboundHttpTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private HttpReceiver receiver;
    private final OutboundHttp listed = OutboundHttp.listed(AllowedHosts.of("127.0.0.1"));

    @BeforeEach
    void start() throws Exception {
        receiver = new HttpReceiver();
    }

    @AfterEach
    void stop() {
        listed.close();
        receiver.close();
    }

    @Test
    void metadata_services_are_never_asked_whoever_names_them() {
        for (String url : new String[]{"http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/",
                "http://[::ffff:169.254.169.254]/", "http://0.0.0.0:8080/"}) {
            try (OutboundHttp own = OutboundHttp.configured();
                    OutboundHttp asterisk = OutboundHttp.listed(AllowedHosts.of("*", "127.0.0.1"))) {
                assertThatThrownBy(() -> own.send(get(url, LONG, 10))).isInstanceOf(BadInputException.class);
                assertThatThrownBy(() -> asterisk.send(get(url, LONG, 10))).isInstanceOf(BadInputException.class);
            }
        }
    }

    @Test
    void a_name_for_this_machine_that_is_not_listed_as_such_is_not_connected_to() {
        // Written as a number, 127.0.0.1 passes for a name; what counts is where the name leads.
        String url = receiver.url("/").replace("127.0.0.1", "2130706433");
        try (OutboundHttp names = OutboundHttp.listed(AllowedHosts.of("*"))) {
            assertThatThrownBy(() -> names.send(get(url, LONG, 10))).isInstanceOf(BadInputException.class);
            assertThatThrownBy(() -> names.send(get(receiver.url("/"), LONG, 10)))
                    .isInstanceOf(BadInputException.class);
        }
        assertThat(receiver.requests()).isEmpty();
    }

    @Test
    void a_redirect_is_told_and_not_followed() throws Exception {
        receiver.usually(new HttpReceiver.Reply(302, "", Map.of("Location", receiver.url("/there")), null));

        OutboundHttp.Answer answer = listed.send(get(receiver.url("/here"), LONG, 10));

        assertThat(answer.location()).contains(receiver.url("/there"));
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void an_answer_without_end_is_read_up_to_its_limit() throws Exception {
        try (var server = new Endless("HTTP/1.1 200 OK\r\n\r\n", "0123456789".repeat(1000), Duration.ZERO)) {
            assertThat(listed.send(get(server.url(), LONG, 64)).body()).hasSize(64).startsWith("0123456789");
        }
    }

    @Test
    void headers_without_end_and_an_answer_that_drips_are_given_up() throws Exception {
        try (var headers = new Endless("HTTP/1.1 200 OK\r\n", "X-More: of the same\r\n", Duration.ZERO);
                var drip = new Endless("HTTP/1.1 200 OK\r\n\r\n", "x", Duration.ofMillis(20))) {
            assertThatThrownBy(() -> listed.send(get(headers.url(), LONG, 64))).isInstanceOf(java.io.IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
            assertThatThrownBy(() -> listed.send(get(drip.url(), Duration.ofMillis(300), 1_000_000)))
                    .isInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void who_is_interrupted_does_not_wait_for_the_answer() throws Exception {
        var never = new CountDownLatch(1);
        receiver.usually(new HttpReceiver.Reply(200, "ok", Map.of(), never));
        var interrupted = new CountDownLatch(1);
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                listed.send(get(receiver.url("/"), LONG, 10));
            } catch (InterruptedException e) {
                interrupted.countDown();
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        });
        while (receiver.requests().isEmpty()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        interrupted.await();
        never.countDown();
    }

    @ParameterizedTest
    @CsvSource(value = {"Host|evil.example.org", "Content-Length|5", "Transfer-Encoding|chunked", "X Y|1",
            "X:Y|1"}, delimiter = '|')
    void a_header_that_would_end_the_request_or_change_whom_it_is_for_is_refused(String name, String value) {
        assertThatThrownBy(
                () -> new OutboundHttp.Request("GET", URI.create(receiver.url("/")), Map.of(name, value), null,
                        LONG, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_header_cannot_be_broken_into_two() {
        for (String value : new String[]{"a\r\nX-Other: b", "a\nb", "a\u0000b"}) {
            assertThatThrownBy(() -> new OutboundHttp.Request("GET", URI.create(receiver.url("/")), Map.of("X", value),
                    null, LONG, 10)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatCode(() -> new OutboundHttp.Request("GET", URI.create(receiver.url("/")), Map.of("X", "ä b\tc"), null,
                LONG, 10)).doesNotThrowAnyException();
    }

    private static OutboundHttp.Request get(String url, Duration timeout, int largest) {
        return new OutboundHttp.Request("GET", URI.create(url), Map.of(), null, timeout, largest);
    }

    /** Begins as told, then says the same for ever. */
    private static final class Endless implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Endless(String first, String more, Duration pause) throws Exception {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = socket.accept(); OutputStream out = caller.getOutputStream()) {
                    out.write(first.getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write(more.getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        Thread.sleep(pause);
                    }
                } catch (Exception e) {
                    // The caller has gone.
                }
            });
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/";
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}
