package dev.ferryman.notify.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where messages go, and how they are delivered.
 *
 * @param channels      by name: lower-case letters, digits and dashes
 * @param attempts      how often a message is tried before it has failed
 * @param retryDelay    pause after the first attempt; it doubles with each one
 * @param combineWithin messages of one kind to one channel that follow each other faster are combined
 * @param timeout       how long one exchange with the other side may take
 * @param threads       messages being handed over at once in one process
 */
@ConfigurationProperties("ferryman.notify")
record NotifyProperties(@DefaultValue Map<String, Entry> channels, @DefaultValue("8") int attempts,
        @DefaultValue("10s") Duration retryDelay, @DefaultValue("1m") Duration combineWithin,
        @DefaultValue("10s") Duration timeout, @DefaultValue("4") int threads) {
    NotifyProperties {
        if (attempts < 1 || threads < 1 || !retryDelay.isPositive() || combineWithin.isNegative()
                || !timeout.isPositive()) {
            throw new IllegalArgumentException("ferryman.notify: attempts and threads must be at least 1,"
                    + " retry-delay and timeout longer than nothing, combine-within not negative");
        }
    }

    /**
     * A channel.
     *
     * @param kind       slack, email or webhook
     * @param url        slack and webhook: the address, as a secret reference; a webhook's may be plain
     * @param secret     webhook: reference to the key that signs
     * @param host       email: the SMTP server
     * @param port       email; 587, 465 or 25 by the kind of encryption where it is not given
     * @param tls        email: starttls, implicit or none
     * @param user       email: who logs in; nobody where it is not given
     * @param password   email: reference to the password
     * @param from       email: the sender
     * @param to         email: the recipients
     * @param quiet      quiet hours such as 22:00-07:00 Europe/Berlin
     * @param rehearsals whether rehearsals are sent there
     */
    record Entry(String kind, @Nullable String url, @Nullable String secret, @Nullable String host,
            @Nullable Integer port, @DefaultValue("starttls") String tls, @Nullable String user,
            @Nullable String password, @Nullable String from, @DefaultValue List<String> to, @Nullable String quiet,
            @DefaultValue("false") boolean rehearsals) {}
}
