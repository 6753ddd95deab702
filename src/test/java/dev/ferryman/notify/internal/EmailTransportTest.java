package dev.ferryman.notify.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.ferryman.notify.internal.EmailTransport.Encryption;
import dev.ferryman.notify.internal.EmailTransport.Settings;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmailTransportTest extends TransportContract {
    private static final String FROM = "ferryman@example.org";

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T22:00:00Z"), ZoneOffset.UTC);
    private final GreenMail mail = new GreenMail(new ServerSetup[]{new ServerSetup(0, "127.0.0.1", "smtp"),
            new ServerSetup(0, "127.0.0.1", "smtps")});

    @BeforeEach
    void receive() {
        mail.start();
        mail.setUser("ops@example.org", "ferryman", SECRET);
    }

    @AfterEach
    void stop() {
        mail.stop();
    }

    @Override
    Transport working() throws Exception {
        return mailer(mail.getSmtp().getPort(), Encryption.NONE, secret("password", SECRET));
    }

    @Override
    Transport unreachable() throws Exception {
        return mailer(freePort(), Encryption.NONE, secret("password", SECRET));
    }

    @Override
    Transport refused() throws Exception {
        return mailer(mail.getSmtp().getPort(), Encryption.NONE, secret("password", SECRET + " that is wrong"));
    }

    @Override
    Transport withoutSecret() throws Exception {
        return mailer(mail.getSmtp().getPort(), Encryption.NONE, missing());
    }

    @Override
    Transport silent() throws Exception {
        return new EmailTransport(new Settings("127.0.0.1", answering(null), Encryption.NONE, null, null, FROM,
                List.of("ops@example.org")), TIMEOUT, clock);
    }

    @Override
    String arrived() throws Exception {
        StringBuilder all = new StringBuilder();
        for (MimeMessage message : mail.getReceivedMessages()) {
            all.append(GreenMailUtil.getHeaders(message)).append("\n\n").append(message.getSubject()).append('\n')
                    .append(message.getContent());
        }
        return all.toString();
    }

    private Transport mailer(int port, Encryption encryption, String password) {
        return new EmailTransport(new Settings("127.0.0.1", port, encryption, "ferryman", password, FROM,
                List.of("ops@example.org", "dba@example.org")), TIMEOUT, clock);
    }

    /**
     * A mail server that answers every command well up to the content, and the content as it is told; null for not at all.
     */
    private static int answering(@Nullable String toContent) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (server; Socket socket = server.accept()) {
                var in = new java.io.BufferedReader(
                        new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                var out = socket.getOutputStream();
                out.write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
                boolean content = false;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String reply = content ? "" : line.startsWith("DATA") ? "354 go on\r\n" : "250 fine\r\n";
                    if (content && line.equals(".")) {
                        content = false;
                        reply = toContent == null ? "" : toContent + "\r\n";
                    } else if (line.startsWith("DATA")) {
                        content = true;
                    }
                    out.write(reply.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                // The client went away.
            }
        });
        return server.getLocalPort();
    }

    @Test
    void a_mail_has_its_sender_its_recipients_and_the_same_id_at_every_attempt() throws Exception {
        Transport transport = working();
        transport.deliver(message("Grüße", "Es läuft."));
        transport.deliver(message("Grüße", "Es läuft."));
        MimeMessage[] received = mail.getReceivedMessages();
        assertThat(received).hasSize(4);
        assertThat(received[0].getSubject()).isEqualTo("Grüße");
        assertThat(received[0].getContent().toString().strip()).isEqualTo("Es läuft.");
        assertThat(received[0].getContentType()).startsWith("text/plain");
        assertThat(received[0].getFrom()).extracting(Object::toString).containsExactly(FROM);
        assertThat(received[0].getAllRecipients()).extracting(Object::toString)
                .containsExactly("ops@example.org", "dba@example.org");
        assertThat(received[0].getMessageID()).isEqualTo(received[3].getMessageID()).endsWith("@example.org>");
        assertThat(received[0].getHeader("Auto-Submitted")).containsExactly("auto-generated");
    }

    @Test
    void a_hostile_name_adds_no_header_and_no_recipient() throws Exception {
        working().deliver(message(HOSTILE_NAME, HOSTILE_NAME));
        MimeMessage received = mail.getReceivedMessages()[0];
        assertThat(received.getHeader("Bcc")).isNull();
        assertThat(received.getAllRecipients()).hasSize(2);
        assertThat(received.getSubject()).contains("Bcc: all@example.org").doesNotContain("\n");
        assertThat(received.getContentType()).startsWith("text/plain");
    }

    @Test
    void what_the_server_says_decides_whether_it_is_tried_again() throws Exception {
        assertThat(answered("451 try later")).isInstanceOfSatisfying(Delivery.Refused.class,
                delivery -> assertThat(delivery.again()).isTrue());
        assertThat(answered("554 looks like spam")).isInstanceOfSatisfying(Delivery.Refused.class, delivery -> {
            assertThat(delivery.again()).isFalse();
            assertThat(delivery.what()).contains("554 looks like spam");
        });
    }

    private Delivery answered(String toContent) throws Exception {
        return new EmailTransport(new Settings("127.0.0.1", answering(toContent), Encryption.NONE, null, null, FROM,
                List.of("ops@example.org")), TIMEOUT, clock).deliver(message("s", "t"));
    }

    @Test
    void a_server_without_encryption_or_with_a_certificate_nobody_knows_gets_no_password() throws Exception {
        String password = secret("password", SECRET);
        assertThat(mailer(mail.getSmtp().getPort(), Encryption.STARTTLS, password).deliver(message("s", "t")))
                .isInstanceOf(Delivery.Refused.class);
        assertThat(mailer(mail.getSmtps().getPort(), Encryption.IMPLICIT, password).deliver(message("s", "t")))
                .isInstanceOf(Delivery.Refused.class);
        assertThat(mail.getReceivedMessages()).isEmpty();
    }
}
