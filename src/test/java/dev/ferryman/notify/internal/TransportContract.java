package dev.ferryman.notify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every transport does, on a real server on loopback. */
abstract class TransportContract {
    static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final String HOSTILE_NAME = "Friday\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script> <!channel>"
            + " @channel *bold* <https://evil.example|click> \u202Eevil ‘; DROP";
    static final String SECRET = "s3cr3t-of-the-channel";

    @TempDir
    Path directory;

    /** One that leads to a server that takes everything. */
    abstract Transport working() throws Exception;

    /** One whose server is not there. */
    abstract Transport unreachable() throws Exception;

    /** One whose server takes the message and never answers. */
    abstract Transport silent() throws Exception;

    /** One that is refused because it has the wrong secret or address, for good. */
    abstract Transport refused() throws Exception;

    /** One whose secret is not there. */
    abstract Transport withoutSecret() throws Exception;

    /** What the server has got, all of it. */
    abstract String arrived() throws Exception;

    static Outgoing message(String subject, String text) {
        return new Outgoing("c1/started/4/ops", "started", "4", Instant.parse("2026-11-21T22:00:00Z"), false,
                PlainText.line(subject), PlainText.block(text),
                new Outgoing.About("c1", PlainText.value(subject), "https://f.example/cutovers/c1", false));
    }

    @Test
    void a_message_arrives() throws Exception {
        assertThat(working().deliver(message("Friday night", "It has begun.\nSee there."))).isInstanceOf(
                Delivery.Sent.class);
        assertThat(arrived()).contains("Friday night").contains("It has begun.");
    }

    @Test
    void a_hostile_name_is_only_letters() throws Exception {
        assertThat(working().deliver(message(HOSTILE_NAME, "About " + PlainText.value(HOSTILE_NAME))))
                .isInstanceOf(Delivery.Sent.class);
        assertThat(arrived()).doesNotContain("\nBcc:").doesNotContain("\u202E");
    }

    @Test
    void a_server_that_is_not_there_has_certainly_got_nothing() throws Exception {
        assertThat(unreachable().deliver(message("s", "t"))).isInstanceOfSatisfying(Delivery.Refused.class,
                delivery -> assertThat(delivery.again()).isTrue());
    }

    @Test
    void nobody_knows_what_a_server_has_got_that_gives_no_answer() throws Exception {
        assertThat(silent().deliver(message("s", "t"))).isInstanceOf(Delivery.Unknown.class);
    }

    @Test
    void what_is_refused_for_good_is_not_tried_again_and_the_reason_has_no_secret() throws Exception {
        assertThat(refused().deliver(message("s", "t"))).isInstanceOfSatisfying(Delivery.Refused.class, delivery -> {
            assertThat(delivery.again()).isFalse();
            assertThat(delivery.what()).doesNotContain(SECRET);
        });
    }

    @Test
    void a_secret_that_is_not_there_is_named_by_its_reference() throws Exception {
        assertThat(withoutSecret().deliver(message("s", "t"))).isInstanceOfSatisfying(Delivery.Refused.class,
                delivery -> {
                    assertThat(delivery.again()).isTrue();
                    assertThat(delivery.what()).contains("no-such-secret");
                });
    }

    String secret(String name, String text) throws Exception {
        return "file:" + Files.writeString(directory.toRealPath().resolve(name), text);
    }

    String missing() throws Exception {
        return "file:" + directory.toRealPath().resolve("no-such-secret");
    }

    /** A port that nobody listens at. */
    static int freePort() throws Exception {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
