package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
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

    @Test
    void after_a_change_of_key_the_previous_one_opens_and_passwords_are_sealed_under_the_new_one() {
        String sealed = box.seal(Secret.of("password"), "c1");
        PasswordBox rotated = new PasswordBox(new MockEnvironment().withProperty(PasswordBox.KEY, key((byte) 2))
                .withProperty(PasswordBox.PREVIOUS, key((byte) 3) + ", " + key((byte) 1)));

        assertThat(rotated.open(sealed, "c1")).isEqualTo(Secret.of("password"));
        String anew = rotated.sealedAnew(sealed, "c1").orElseThrow();
        assertThat(box((byte) 2).open(anew, "c1")).isEqualTo(Secret.of("password"));
        assertThat(rotated.sealedAnew(anew, "c1")).isEmpty();
        assertThat(box((byte) 2).sealedAnew(sealed, "c1")).as("under no known key").isEmpty();
        assertThatThrownBy(() -> box.open(anew, "c1")).isInstanceOf(BadInputException.class);
    }

    @Test
    void what_the_state_store_keeps_is_under_the_present_key_after_the_start() {
        var database = new SingleConnectionDataSource("jdbc:sqlite::memory:", true);
        JdbcClient jdbc = JdbcClient.create(database);
        jdbc.sql("CREATE TABLE cutover_connection (cutover_id text, password_sealed text)").update();
        for (String id : List.of("c1", "c2")) {
            jdbc.sql("INSERT INTO cutover_connection VALUES (?, ?)").params(id, box.seal(Secret.of(id), id)).update();
        }
        jdbc.sql("INSERT INTO cutover_connection VALUES ('c3', NULL), ('c4', ?)")
                .param(box((byte) 9).seal(Secret.of("lost"), "c4")).update();
        PasswordBox rotated = new PasswordBox(new MockEnvironment().withProperty(PasswordBox.KEY, key((byte) 2))
                .withProperty(PasswordBox.PREVIOUS, key((byte) 1)));

        new KeyRotation(jdbc, rotated).run(new DefaultApplicationArguments());

        for (String id : List.of("c1", "c2")) {
            assertThat(box((byte) 2).open(sealed(jdbc, id), id)).isEqualTo(Secret.of(id));
        }
        assertThat(box((byte) 9).open(sealed(jdbc, "c4"), "c4")).isEqualTo(Secret.of("lost"));
        database.destroy();
    }

    private static String sealed(JdbcClient jdbc, String id) {
        return jdbc.sql("SELECT password_sealed FROM cutover_connection WHERE cutover_id = ?").param(id)
                .query(String.class).single();
    }

    private static PasswordBox box(byte fill) {
        return new PasswordBox(new MockEnvironment().withProperty(PasswordBox.KEY, key(fill)));
    }

    private static String key(byte fill) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, fill);
        return Base64.getEncoder().encodeToString(key);
    }
}
