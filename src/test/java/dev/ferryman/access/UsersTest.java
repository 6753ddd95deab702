package dev.ferryman.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ferryman.access.internal.TokenRows;
import dev.ferryman.access.internal.UserRows;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.StateStores;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.support.TransactionTemplate;

/** Users and tokens, on both state stores. */
class UsersTest {
    private static final Secret PASSWORD = Secret.of("correct horse battery");

    abstract static class Contract {
        @Autowired
        Users users;
        @Autowired
        Tokens tokens;
        @Autowired
        UserRows userRows;
        @Autowired
        TokenRows tokenRows;
        @Autowired
        PasswordEncoder passwords;
        @Autowired
        JdbcTemplate jdbc;
        @Autowired
        Clock clock;
        @Autowired
        TransactionTemplate transactions;

        @BeforeEach
        void one_administrator() {
            tokenRows.deleteAll();
            userRows.deleteAll();
            users.create("ada", "Ada Admin", Set.of(Role.ADMINISTRATOR), PASSWORD);
        }

        private CurrentUser as(String username) {
            return userRows.findByUsername(username).orElseThrow().toCurrentUser();
        }

        @Test
        void a_user_reads_back_with_all_roles_whatever_the_case_of_the_name() {
            users.create(" Dana ", "Dana D.", Set.of(Role.DBA, Role.QA_LEAD), PASSWORD);

            var dana = users.find("DANA").orElseThrow();
            assertThat(dana.username()).isEqualTo("dana");
            assertThat(dana.roles()).containsExactlyInAnyOrder(Role.DBA, Role.QA_LEAD);
            assertThat(dana.enabled()).isTrue();
            assertThat(dana.createdAt()).isBeforeOrEqualTo(clock.instant());
        }

        @Test
        void only_enabled_users_count_as_holders_of_a_role() {
            users.create("dana", "Dana", Set.of(Role.DBA), PASSWORD);
            users.create("dora", "Dora", Set.of(Role.DBA, Role.OPERATOR), PASSWORD);
            users.change("dana", "Dana", Set.of(Role.DBA), false, as("ada"));

            assertThat(users.holdersOf(Role.DBA)).containsExactly("dora");
            assertThat(users.holdersOf(Role.PRODUCT_OWNER)).isEmpty();
            assertThat(users.all()).extracting(User::username).containsExactly("ada", "dana", "dora");
        }

        @Test
        void more_readers_than_connections_do_not_wait_for_each_other() throws Exception {
            users.create("dana", "Dana", Set.of(Role.DBA, Role.QA_LEAD), PASSWORD);

            try (var readers = Executors.newFixedThreadPool(40)) {
                var reads = readers
                        .<Set<Role>>invokeAll(Collections.nCopies(400, () -> users.find("dana").orElseThrow().roles()));
                for (var read : reads) {
                    assertThat(read.get()).containsExactlyInAnyOrder(Role.DBA, Role.QA_LEAD);
                }
            }
        }

        @Test
        void a_name_is_given_once() {
            assertThatThrownBy(() -> users.create("ADA", "Another", Set.of(), PASSWORD))
                    .asInstanceOf(type(FieldRefusedException.class)).returns("username", FieldRefusedException::field)
                    .satisfies(e -> assertThat(e).hasMessage("There is a user ada already."));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "with space", "-dash", "ädele", "a/b", "x<script>"})
        void a_name_with_other_characters_is_refused(String name) {
            assertThatThrownBy(() -> users.create(name, "Name", Set.of(), PASSWORD))
                    .asInstanceOf(type(FieldRefusedException.class)).returns("username", FieldRefusedException::field);
        }

        @ParameterizedTest
        @ValueSource(strings = {"short", "elevenchars",
                "this one has more than seventy-two bytes and BCrypt would silently cut its end off"})
        void a_password_that_is_too_short_or_longer_than_bcrypt_reads_is_refused(String password) {
            assertThatThrownBy(() -> users.create("dana", "Dana", Set.of(), Secret.of(password)))
                    .asInstanceOf(type(FieldRefusedException.class)).returns("chosen", FieldRefusedException::field)
                    .satisfies(e -> assertThat(e).hasMessageNotContaining(password));
            assertThat(users.find("dana")).isEmpty();
        }

        @Test
        void a_password_is_stored_as_bcrypt_and_changed_by_who_knows_it() {
            var before = userRows.findByUsername("ada").orElseThrow();
            assertThat(before.passwordHash()).startsWith("$2a$11$").doesNotContain(PASSWORD.reveal());

            assertThatThrownBy(() -> users.changePassword(as("ada"), Secret.of("wrong wrong wrong"), PASSWORD))
                    .hasMessage("The current password is wrong.");
            assertThatThrownBy(() -> users.changePassword(as("ada"), PASSWORD, PASSWORD))
                    .hasMessageContaining("is the current one");
            users.changePassword(as("ada"), PASSWORD, Secret.of("another good password"));

            var after = userRows.findByUsername("ada").orElseThrow();
            assertThat(passwords.matches("another good password", after.passwordHash())).isTrue();
            assertThat(after.credentialsVersion()).isGreaterThan(before.credentialsVersion());
        }

        @Test
        void a_reset_password_is_temporary_until_its_owner_changes_it() {
            users.create("dana", "Dana", Set.of(Role.DBA), PASSWORD);

            var temporary = users.resetPassword("dana", as("ada"));
            assertThat(users.find("dana").orElseThrow().passwordTemporary()).isTrue();
            users.changePassword(as("dana"), temporary, Secret.of("my own good password"));
            assertThat(users.find("dana").orElseThrow().passwordTemporary()).isFalse();
        }

        @Test
        void one_administrator_always_remains() {
            assertThatThrownBy(() -> users.change("ada", "Ada", Set.of(Role.DBA), true, as("ada")))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("last enabled administrator");
            assertThatThrownBy(() -> users.change("ada", "Ada", Set.of(Role.ADMINISTRATOR), false, as("ada")))
                    .hasMessageContaining("your own account");

            users.create("bea", "Bea", Set.of(Role.ADMINISTRATOR), PASSWORD);
            users.change("ada", "Ada", Set.of(Role.DBA), true, as("bea"));
            assertThat(users.find("ada").orElseThrow().roles()).containsExactly(Role.DBA);
        }

        @Test
        void a_token_signs_its_owner_in_with_the_roles_held_at_that_moment() {
            users.create("dana", "Dana", Set.of(Role.DBA), PASSWORD);
            var made = tokens.create(as("dana"), "nightly", Duration.ofDays(30), EnumSet.allOf(Scope.class));

            assertThat(tokens.authenticate(made.text().reveal()).orElseThrow().user()).isEqualTo(as("dana"));
            users.change("dana", "Dana", Set.of(Role.OPERATOR), true, as("ada"));
            assertThat(tokens.authenticate(made.text().reveal()).orElseThrow().user().roles())
                    .containsExactly(Role.OPERATOR);
            users.change("dana", "Dana", Set.of(Role.OPERATOR), false, as("ada"));
            assertThat(tokens.authenticate(made.text().reveal())).isEmpty();
        }

        @Test
        void a_token_signs_in_while_somebody_else_writes_to_the_store() {
            var text = tokens.create(as("ada"), "nightly", Duration.ofDays(1), EnumSet.allOf(Scope.class)).text()
                    .reveal();
            assertThat(tokens.authenticate(text)).as("its use is noted, for a minute").isPresent();

            try (var elsewhere = Executors.newSingleThreadExecutor()) {
                transactions.executeWithoutResult(writing -> {
                    jdbc.update("UPDATE access_user SET display_name = 'Ada A.'");
                    assertThat(elsewhere.submit(() -> tokens.authenticate(text)))
                            .succeedsWithin(Duration.ofSeconds(5)).matches(Optional::isPresent);
                });
            }
        }

        @Test
        void a_token_is_stored_as_a_hash_only() {
            var made = tokens.create(as("ada"), "nightly", Duration.ofDays(1), EnumSet.allOf(Scope.class));
            var text = made.text().reveal();

            assertThat(text).startsWith(Tokens.MARK).hasSizeGreaterThan(40);
            assertThat(made.toString()).doesNotContain(text);
            var stored = jdbc.queryForMap("SELECT * FROM access_token");
            assertThat(stored.values().toString()).doesNotContain(text.substring(12));
            var hash = String.valueOf(stored.get("hash"));
            assertThat(hash).hasSize(64);
            assertThat(tokens.authenticate(text.substring(0, text.length() - 1))).isEmpty();
            assertThat(tokens.authenticate(hash)).isEmpty();
        }

        @Test
        void a_revoked_or_expired_token_is_refused_and_only_its_owner_revokes_it() {
            users.create("dana", "Dana", Set.of(Role.DBA), PASSWORD);
            var revoked = tokens.create(as("dana"), "one", Duration.ofDays(1), EnumSet.allOf(Scope.class));
            var expired = tokens.create(as("dana"), "two", Duration.ofNanos(1_000), EnumSet.allOf(Scope.class));

            assertThatThrownBy(() -> tokens.revoke(as("ada"), revoked.token().id()))
                    .hasMessageContaining("no such token");
            assertThat(tokens.authenticate(revoked.text().reveal())).isPresent();
            tokens.revoke(as("dana"), revoked.token().id());
            tokens.revoke(as("dana"), revoked.token().id());

            assertThat(tokens.authenticate(revoked.text().reveal())).isEmpty();
            assertThat(tokens.authenticate(expired.text().reveal())).isEmpty();
            assertThat(tokens.of(as("dana"))).extracting(ApiToken::name).containsExactly("two", "one");
            assertThat(tokens.of(as("dana")).getLast().lastUsedAt()).isNotNull();
        }

        @Test
        void a_token_lives_at_most_a_year() {
            assertThatThrownBy(
                    () -> tokens.create(as("ada"), "for ever", Duration.ofDays(4_000), EnumSet.allOf(Scope.class)))
                    .asInstanceOf(type(FieldRefusedException.class)).returns("days", FieldRefusedException::field);
        }

        @Test
        void every_role_has_an_id_that_leads_back_to_it() {
            var all = EnumSet.allOf(Role.class);
            users.create("eve", "Eve", all, PASSWORD);

            assertThat(users.find("eve").orElseThrow().roles()).isEqualTo(all);
            assertThat(all).extracting(Role::id).containsExactly("operator", "dba", "devops-lead", "tech-lead",
                    "qa-lead", "product-owner", "viewer", "administrator");
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
