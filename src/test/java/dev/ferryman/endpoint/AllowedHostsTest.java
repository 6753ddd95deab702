package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    @ParameterizedTest
    @CsvSource({"app.example.org, https://app.example.org/health", "APP.example.org, http://app.EXAMPLE.org./x",
            "app.example.org:8080, http://app.example.org:8080/", "app.example.org:443, https://app.example.org/",
            "*.example.org, https://a.b.example.org/", "*, http://anything/", "127.0.0.1:9000, http://127.0.0.1:9000/",
            "[::1], http://[::1]:8080/", "10.1.2.3, http://10.1.2.3/"})
    void a_listed_host_may_be_called(String pattern, URI url) {
        assertThatCode(() -> AllowedHosts.of(pattern).require(url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"app.example.org, https://app.example.org.attacker.net/", "*.example.org, https://example.org/",
            "*.example.org, https://badexample.org/", "app.example.org:8080, http://app.example.org/",
            "app.example.org:80, https://app.example.org/", "*, http://localhost:8080/", "*, http://127.0.0.1/",
            "*, http://127.9.9.9/", "*, http://[::1]/", "*, http://x.localhost/",
            "127.0.0.1:9000, http://127.0.0.1:22/",
            "app.example.org, http://2130706433/"})
    void another_host_or_port_is_refused_with_the_setting_to_change(String pattern, URI url) {
        assertThatThrownBy(() -> AllowedHosts.of(pattern).require(url)).isInstanceOfSatisfying(BadInputException.class,
                refusal -> {
                    assertThat(refusal.next()).contains("ferryman.http.allowed-hosts", "FERRYMAN_HTTP_ALLOWED_HOSTS");
                    String entry = refusal.next().split("[‘’]", 3)[1];
                    assertThatCode(() -> AllowedHosts.of(entry).require(url)).as(entry).doesNotThrowAnyException();
                });
    }

    @Test
    void without_a_list_nothing_may_be_called() {
        assertThatThrownBy(() -> AllowedHosts.of().require(URI.create("https://app.example.org/")))
                .hasMessage("The host app.example.org, port 443, is none that this server may call for a cutover.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://app", "a b", "*.*", "app/x", "10.0.0.0/8", "app:port", "-x"})
    void an_entry_that_would_match_nothing_is_refused_at_the_start(String pattern) {
        assertThatThrownBy(() -> AllowedHosts.of(pattern)).hasMessageContaining("ferryman.http.allowed-hosts");
    }

    @Test
    void this_machine_is_reached_only_where_an_entry_names_it() {
        assertThat(AllowedHosts.of("*", "app.example.org").allowsLoopback()).isFalse();
        assertThat(AllowedHosts.of("127.0.0.1:8080").allowsLoopback()).isTrue();
        assertThat(AllowedHosts.of("[::1]").allowsLoopback()).isTrue();
        assertThat(AllowedHosts.of("localhost").allowsLoopback()).isTrue();
    }
}
