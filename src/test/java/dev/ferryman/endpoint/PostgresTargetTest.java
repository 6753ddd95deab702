package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.internal.PostgresUrl;
import org.junit.jupiter.api.Test;

class PostgresTargetTest {
    @Test
    void a_libpq_uri_is_read_with_everything_in_it() {
        var url = PostgresUrl.parse("postgresql://app:p%40ss+w@db.example:6432/shop%20one?sslmode=verify-full"
                + "&connect_timeout=3&sslrootcert=/etc/ca.pem");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/shop%20one");
        assertThat(url.user()).isEqualTo("app");
        assertThat(url.password()).isEqualTo(Secret.of("p@ss+w"));
        assertThat(url.parameters()).containsEntry("sslmode", "verify-full").containsEntry("connectTimeout", "3")
                .containsEntry("sslrootcert", "/etc/ca.pem").hasSize(3);
    }

    @Test
    void a_jdbc_url_is_read_with_user_and_password_among_its_parameters() {
        var url = PostgresUrl.parse("jdbc:postgresql://[::1]/shop?user=app&password=x&ssl=true");
        assertThat(url.user()).isEqualTo("app");
        assertThat(url.password()).isEqualTo(Secret.of("x"));
        assertThat(url.parameters()).containsExactlyEntriesOf(java.util.Map.of("ssl", "true"));
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5432/shop");
    }

    @Test
    void the_password_is_shown_nowhere() {
        var target = PostgresTarget.parse("postgresql://app:hunter2@localhost/shop", null);
        assertThat(target.display()).isEqualTo("postgresql://app@localhost:5432/shop");
        assertThat(target.toString()).doesNotContain("hunter2");
        assertThat(PostgresUrl.parse("postgresql://app:hunter2@localhost/shop").toString()).doesNotContain("hunter2");
    }

    @Test
    void the_same_database_has_one_identity_however_it_is_written() {
        var identity = PostgresTarget.parse("postgresql://a:b@LOCALHOST/shop?sslmode=prefer", null).identity();
        assertThat(identity).isEqualTo("localhost:5432/shop");
        assertThat(PostgresTarget.parse("jdbc:postgresql://127.0.0.1:5432/shop?user=c", null).identity())
                .isEqualTo(identity);
        assertThat(PostgresTarget.parse("postgresql://localhost:5433/shop", null).identity()).isNotEqualTo(identity);
    }

    @Test
    void what_is_no_address_is_refused_without_repeating_it() {
        for (var text : new String[]{"mysql://app:hunter2@localhost/shop", "hunter2",
                "postgresql://app@localhost:99999/x",
                "postgresql://app:hunter2%zz@localhost/x", "postgresql://app@localhost/x?passfile=/root/hunter2",
                "postgresql://%2Fvar%2Frun/hunter2", "postgresql:app/hunter2"}) {
            assertThatThrownBy(() -> PostgresTarget.parse(text, null)).isInstanceOf(BadInputException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void a_server_that_is_down_is_named_with_host_and_port() {
        assertThatThrownBy(() -> PostgresTarget.parse("postgresql://app:hunter2@localhost:1/shop", null).check())
                .isInstanceOf(BadInputException.class)
                .hasMessage("The target postgresql://app@localhost:1/shop cannot be reached.");
    }
}
