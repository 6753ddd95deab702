package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class PasswordBoxTest {
    private final PasswordBox box = box((byte) 1);

    @Test
    void a_sealed_password_opens_again_and_never_looks_the_same_twice() {
        String once = box.seal(Secret.of("pässword"), "c1");
        String again = box.seal(Secret.of("pässword"), "c1");

        assertThat(box.open(once, "c1")).isEqualTo(Secret.of("pässword"));
        assertThat(once).isNotEqualTo(again).doesNotContain("ssword");
    }

    @Test
    void it_opens_for_its_own_cutover_and_under_its_own_key_only() {
        String sealed = box.seal(Secret.of("password"), "c1");

        assertThatThrownBy(() -> box.open(sealed, "c2")).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> box((byte) 2).open(sealed, "c1")).isInstanceOf(BadInputException.class)
                .hasMessageContaining("FERRYMAN_SECRET_KEY");
    }

    @Test
    void without_a_key_nothing_is_sealed_and_the_way_out_is_told() {
        PasswordBox none = new PasswordBox(new MockEnvironment());

        assertThat(none.usable()).isFalse();
        assertThatThrownBy(() -> none.seal(Secret.of("password"), "c1"))
                .isInstanceOfSatisfying(BadInputException.class, e -> assertThat(e.next()).contains("env:PGPASSWORD"));
    }

    @Test
    void a_key_of_the_wrong_kind_stops_the_start_and_is_not_repeated() {
        assertThatThrownBy(() -> new PasswordBox(new MockEnvironment().withProperty(PasswordBox.KEY, "correct horse")))
                .hasMessageContaining("openssl rand -base64 32").hasMessageNotContaining("correct horse");
    }

    private static PasswordBox box(byte fill) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, fill);
        return new PasswordBox(
                new MockEnvironment().withProperty(PasswordBox.KEY, Base64.getEncoder().encodeToString(key)));
    }
}
