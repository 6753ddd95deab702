package dev.ferryman.notify.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ChannelSettingsTest {
    private static final Map<String, String> MAIL = Map.of("kind", "email", "host", "smtp.example.org", "user", "f",
            "password", "env:SMTP_PASSWORD", "from", "f@example.org", "to", "a@example.org,b@example.org");

    @Test
    void a_channel_shows_where_it_leads_and_nothing_secret() {
        Channel mail = read("everybody", MAIL);
        assertThat(mail.transport().where()).isEqualTo("a@example.org, b@example.org by smtp.example.org:587");
        assertThat(mail.rehearsals()).isFalse();
        Channel chat = read("chat", Map.of("kind", "slack", "url", "env:CHAT_URL", "rehearsals", "true"));
        assertThat(chat.transport().where()).isEqualTo("env:CHAT_URL");
        assertThat(chat.rehearsals()).isTrue();
        Channel hook = read("hook",
                Map.of("kind", "webhook", "url", "https://h.example/in?token=geheim", "secret", "env:KEY"));
        assertThat(hook.transport().where()).isEqualTo("https://h.example/in");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"kind | pigeon | kind must be slack, email or webhook",
            "tls | none | a password is not sent without encryption",
            "tls | ssl | tls must be starttls, implicit or none",
            "password | hunter2 | password must be a secret reference, env:NAME or file:/path",
            "to | Ann <a@example.org> | is no plain mail address",
            "from | f@example.org%0ABcc: x | is no plain mail address",
            "quiet | 22-7 | quiet hours are written like 22:00-07:00 Europe/Berlin",
            "quiet | 22:00-07:00 Mars/Base | quiet hours are written like"})
    void what_is_wrong_stops_the_start_and_names_the_channel(String setting, String value, String what) {
        Map<String, String> settings = new HashMap<>(MAIL);
        settings.put(setting, value.replace("%0A", "\n"));
        assertThatThrownBy(() -> read("everybody", settings)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ferryman.notify.channels.everybody: ").hasMessageContaining(what)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void the_address_of_a_chat_is_a_secret_and_not_written_into_the_settings() {
        assertThatThrownBy(() -> read("chat", Map.of("kind", "slack", "url", "https://hooks.example/T1/geheim")))
                .hasMessage("ferryman.notify.channels.chat: url must be a secret reference, env:NAME or file:/path");
    }

    @ParameterizedTest
    @CsvSource({"22:00-07:00 Europe/Berlin, 2026-11-21T21:30:00Z, 2026-11-22T06:00:00Z",
            "22:00-07:00 Europe/Berlin, 2026-11-22T05:59:59Z, 2026-11-22T06:00:00Z",
            "22:00-07:00 Europe/Berlin, 2026-11-22T06:00:00Z,", "22:00-07:00 Europe/Berlin, 2026-11-21T20:59:59Z,",
            "12:00-13:00 UTC, 2026-11-21T12:00:00Z, 2026-11-21T13:00:00Z", "12:00-13:00 UTC, 2026-11-21T13:00:00Z,",
            // The night in which the clocks are set forward is an hour shorter.
            "22:00-07:00 Europe/Berlin, 2026-03-28T22:00:00Z, 2026-03-29T05:00:00Z"})
    void quiet_hours_end_in_the_morning_of_their_zone(String text, Instant moment, @Nullable Instant end) {
        assertThat(QuietHours.parse(text).endAfter(moment)).isEqualTo(Optional.ofNullable(end));
    }

    private static Channel read(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("ferryman.notify.channels." + name + "." + key, value));
        NotifyProperties properties = new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("ferryman.notify", NotifyProperties.class);
        return new ChannelReader(properties, Clock.systemUTC()).read().all().getFirst();
    }
}
