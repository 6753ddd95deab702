package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.notify.internal.EmailTransport.Encryption;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds channels from the server's configuration; what is wrong stops the start, with the setting's name. */
final class ChannelReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final NotifyProperties properties;
    private final Clock clock;
    private final HttpPost http;

    ChannelReader(NotifyProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
        this.http = new HttpPost(properties.timeout());
    }

    /** @throws IllegalArgumentException naming the setting that is wrong and what is expected */
    Channels read() {
        return new Channels(properties.channels().entrySet().stream()
                .map(entry -> channel(entry.getKey(), entry.getValue())).toList());
    }

    private Channel channel(String name, NotifyProperties.Entry entry) {
        if (!NAME.matcher(name).matches()) {
            throw wrong(name, "its name must be lower-case letters, digits and dashes, at most 60");
        }
        Transport transport = switch (entry.kind()) {
            case "slack" -> new SlackTransport(reference(name, "url", entry.url()), http);
            case "webhook" -> new WebhookTransport(webhookUrl(name, entry.url()),
                    reference(name, "secret", entry.secret()), http, clock);
            case "email" -> email(name, entry);
            default -> throw wrong(name, "kind must be slack, email or webhook");
        };
        try {
            return new Channel(name, transport, Optional.ofNullable(entry.quiet()).map(QuietHours::parse),
                    entry.rehearsals());
        } catch (IllegalArgumentException e) {
            throw wrong(name, String.valueOf(e.getMessage()));
        }
    }

    private static String webhookUrl(String name, @Nullable String url) {
        if (url != null && (url.startsWith("http://") || url.startsWith("https://"))) {
            try {
                return HttpCall.of("POST", url).url().toString();
            } catch (BadInputException e) {
                throw wrong(name, "url: " + e.getMessage());
            }
        }
        return reference(name, "url", url);
    }

    private EmailTransport email(String name, NotifyProperties.Entry entry) {
        Encryption encryption;
        try {
            encryption = Encryption.valueOf(entry.tls().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw wrong(name, "tls must be starttls, implicit or none");
        }
        if (entry.host() == null || entry.host().isBlank() || entry.from() == null || entry.to().isEmpty()) {
            throw wrong(name, "an e-mail channel needs host, from and to");
        }
        String password = entry.user() == null ? null : reference(name, "password", entry.password());
        if (password != null && encryption == Encryption.NONE && !LOOPBACK.contains(entry.host())) {
            throw wrong(name, "a password is not sent without encryption; set tls to starttls or implicit");
        }
        List<String> everybody = entry.to().stream().map(to -> address(name, to)).toList();
        return new EmailTransport(new EmailTransport.Settings(entry.host(),
                entry.port() == null ? encryption.port() : entry.port(), encryption, entry.user(), password,
                address(name, entry.from()), everybody), properties.timeout(), clock);
    }

    private static String address(String name, String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            address.validate();
            if (address.getAddress().equals(text.strip())) {
                return address.getAddress();
            }
        } catch (AddressException _) {
            // Answered below like every other text that is no address.
        }
        throw wrong(name, "‘" + PlainText.line(text) + "’ is no plain mail address such as ops@example.org");
    }

    private static String reference(String name, String setting, @Nullable String text) {
        try {
            return SecretReference.parse(text == null ? "" : text).toString();
        } catch (BadInputException e) {
            throw wrong(name, setting + " must be a secret reference, env:NAME or file:/path");
        }
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("ferryman.notify.channels." + PlainText.channel(name) + ": " + what);
    }
}
