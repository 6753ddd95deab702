package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.OutputMask;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;

/** Plain text by SMTP. */
final class EmailTransport implements Transport {
    private static final int PERMANENT = 500;

    private final Settings settings;
    private final Duration timeout;
    private final Clock clock;

    /** How the connection is encrypted. */
    enum Encryption {
        /** Begins in the open, and is given up where the server offers no encryption. */
        STARTTLS(587),
        /** From the first byte. */
        IMPLICIT(465),
        /** Not at all. */
        NONE(25);

        private final int port;

        Encryption(int port) {
            this.port = port;
        }

        int port() {
            return port;
        }
    }

    /**
     * @param user     null where nobody logs in
     * @param password reference; null where nobody logs in
     */
    record Settings(String host, int port, Encryption encryption, @Nullable String user, @Nullable String password,
            String from, List<String> to) {}

    EmailTransport(Settings settings, Duration timeout, Clock clock) {
        this.settings = settings;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "email";
    }

    @Override
    public String where() {
        return String.join(", ", settings.to()) + " by " + settings.host() + ":" + settings.port();
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public Delivery deliver(Outgoing message) {
        ChannelSecrets secrets = new ChannelSecrets();
        try {
            JavaMailSenderImpl sender = sender(secrets);
            sender.send(written(sender, message));
            return new Delivery.Sent("The mail server has taken it.");
        } catch (BadInputException e) {
            return new Delivery.Refused(e.getMessage() + " " + e.next(), true);
        } catch (MailAuthenticationException e) {
            return new Delivery.Refused("The mail server refused the user name or the password.", false);
        } catch (MailSendException e) {
            return judged(e, secrets.mask());
        } catch (MailException | MessagingException e) {
            return new Delivery.Refused("The mail could not be written: " + shown(e, secrets.mask()), false);
        }
    }

    private JavaMailSenderImpl sender(ChannelSecrets secrets) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost(settings.host());
        sender.setPort(settings.port());
        Properties properties = new Properties();
        String millis = Long.toString(timeout.toMillis());
        List.of("connectiontimeout", "timeout", "writetimeout")
                .forEach(each -> properties.setProperty("mail.smtp." + each, millis));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        switch (settings.encryption()) {
            case STARTTLS -> {
                properties.setProperty("mail.smtp.starttls.enable", "true");
                properties.setProperty("mail.smtp.starttls.required", "true");
            }
            case IMPLICIT -> properties.setProperty("mail.smtp.ssl.enable", "true");
            case NONE -> properties.setProperty("mail.smtp.starttls.enable", "false");
        }
        if (settings.user() != null) {
            properties.setProperty("mail.smtp.auth", "true");
            sender.setUsername(settings.user());
            sender.setPassword(secrets.open(Objects.requireNonNull(settings.password())));
        }
        sender.setJavaMailProperties(properties);
        return sender;
    }

    private MimeMessage written(JavaMailSenderImpl sender, Outgoing message) throws MessagingException {
        MimeMessage mime = sender.createMimeMessage();
        MimeMessageHelper helper = new MimeMessageHelper(mime, StandardCharsets.UTF_8.name());
        helper.setFrom(settings.from());
        helper.setTo(settings.to().toArray(String[]::new));
        helper.setSubject(message.subject());
        helper.setText(message.text());
        helper.setSentDate(Date.from(clock.instant()));
        mime.setHeader("Auto-Submitted", "auto-generated");
        // The same at every attempt: many mailboxes show a repetition once.
        String name = UUID.nameUUIDFromBytes(message.id().getBytes(StandardCharsets.UTF_8)).toString();
        mime.setHeader("Message-ID", "<" + name + settings.from().substring(settings.from().lastIndexOf('@')) + ">");
        return mime;
    }

    private static Delivery judged(MailSendException refused, OutputMask mask) {
        Exception why = refused.getFailedMessages().values().stream().findFirst().orElse(null);
        if (why == null) {
            return new Delivery.Sent("The mail server has taken it; closing the connection failed.");
        }
        if (why == refused.getCause()) {
            return new Delivery.Refused("The mail server could not be connected to: " + shown(why, mask), true);
        }
        Optional<Integer> code = replyCode(why);
        return code.<Delivery>map(
                reply -> new Delivery.Refused("The mail server refused it: " + shown(why, mask), reply < PERMANENT))
                .orElseGet(() -> new Delivery.Unknown(
                        "The connection to the mail server broke off: " + shown(why, mask)));
    }

    /** The server's answer where it refused sender, recipient or content: the first along the chain. */
    private static Optional<Integer> replyCode(@Nullable Exception why) {
        for (Exception each = why; each != null; each = each instanceof MessagingException chained
                ? chained.getNextException()
                : null) {
            int code = switch (each) {
                case SMTPAddressFailedException refused -> refused.getReturnCode();
                case SMTPSenderFailedException refused -> refused.getReturnCode();
                case SMTPSendFailedException refused -> refused.getReturnCode();
                default -> 0;
            };
            if (code >= 400) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    private static String shown(Exception e, OutputMask mask) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String text = Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
        return PlainText.line(mask.mask(text));
    }
}
