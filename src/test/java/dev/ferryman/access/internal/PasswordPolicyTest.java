package dev.ferryman.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ferryman.access.FieldRefusedException;
import dev.ferryman.endpoint.Secret;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {
    private final PasswordPolicy policy = new PasswordPolicy();

    @ParameterizedTest
    @ValueSource(strings = {"passwordpassword", "Password1234", "qwertyuiop12", "123456789012", "aaaaaaaaaaaaaaa",
            "abcabcabcabc", "ferryman1234", "danasmith1985", "iloveyouiloveyou"})
    void what_is_tried_first_is_refused_without_repeating_it(String password) {
        assertThatThrownBy(() -> policy.check("dana", "Dana Smith", Secret.of(password)))
                .asInstanceOf(type(FieldRefusedException.class)).returns("chosen", FieldRefusedException::field)
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining("tried first").hasMessageNotContaining(password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"salt rope lantern", "correct horse battery", "zwölf boxkämpfer jagen",
            "tq7-vm2x-99pd-aab3",
            "四つの長い言葉で作った合言葉"})
    void long_ones_of_any_characters_are_taken(String password) {
        assertThatCode(() -> policy.check("dana", "Dana Smith", Secret.of(password))).doesNotThrowAnyException();
    }
}
