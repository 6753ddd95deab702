package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"postgresql://app:hunter2@db/leave", "postgres://app:hunter2@db:5432/leave?sslmode=require",
            "jdbc:postgresql://db/leave?user=app&password=hunter2", "postgresql://db/leave?PASSWORD=hunter2",
            "postgresql://app:hun%20ter2@[::1]/leave"})
    void an_address_with_a_password_is_refused_without_repeating_it(String url) {
        assertThatThrownBy(() -> Connections.requireNoPassword(url)).isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://app@db/leave", "postgres://db:5432/leave?sslmode=require",
            "jdbc:postgresql://db:5432/leave?user=app", "postgresql://app@[::1]:5432/leave"})
    void an_address_without_one_is_taken_as_it_is(String url) {
        assertThat(Connections.requireNoPassword(url)).isEqualTo(url);
    }
}
