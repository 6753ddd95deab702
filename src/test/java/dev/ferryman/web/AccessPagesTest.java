package dev.ferryman.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.Browser;
import dev.ferryman.testing.StateStores;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Login, account and users as a person uses them. */
@StateStores.OnSqlite
class AccessPagesTest {
    private static final String PASSWORD = "seven quiet harbours";

    @LocalServerPort
    int port;
    @Autowired
    Users users;

    @BeforeEach
    void an_administrator_with_a_known_password() {
        if (users.find("paula").isEmpty()) {
            users.create("paula", "Paula Pier", Set.of(Role.ADMINISTRATOR, Role.DBA), Secret.of(PASSWORD));
        }
    }

    private void logIn(Page page, String username, String password) {
        page.navigate("http://localhost:" + port + "/login");
        page.getByLabel("Username").fill(username);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
    }

    private void open(Page page, String path) {
        page.navigate("http://localhost:" + port + path);
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button)).click();
    }

    @Test
    void a_wrong_password_is_answered_where_the_person_is_looking() {
        try (var browser = Browser.phone()) {
            logIn(browser.page(), "paula", "not the password");

            assertThat(browser.page().getByRole(AriaRole.ALERT)).containsText("Username or password is wrong");
            assertThat(browser.page().getByLabel("Username")).hasValue("paula");
            assertThat(browser.page().getByLabel("Password")).isFocused();
            browser.keep("login-refused-phone");
            assertThat(browser.scrollsSideways()).isFalse();
            assertThat(browser.smallTargets()).isEmpty();
        }
    }

    @Test
    void a_new_user_gets_a_temporary_password_and_has_to_change_it_before_anything_else() {
        try (var admin = Browser.desktop(); var person = Browser.desktop()) {
            var page = admin.page();
            logIn(page, "paula", PASSWORD);
            open(page, "/users");
            page.getByLabel("Username").fill("nora");
            page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Nora North");
            page.getByLabel("QA lead").check();
            press(page, "Add the user");
            var temporary = page.locator("#temporary").textContent();
            admin.keep("users-temporary-password");

            logIn(person.page(), "nora", temporary);
            assertThat(person.page()).hasURL("http://localhost:" + port + "/account/password");
            open(person.page(), "/account");
            assertThat(person.page()).hasURL("http://localhost:" + port + "/account/password");
            person.page().getByLabel("Current password").fill(temporary);
            person.page().getByLabel("New password", new Page.GetByLabelOptions().setExact(true)).fill("short");
            person.page().getByLabel("New password again").fill("short");
            press(person.page(), "Change the password");
            assertThat(person.page().locator("#chosen-error")).containsText("fewer than 12 characters");
            person.keep("account-password-error");
            person.page().getByLabel("Current password").fill(temporary);
            person.page().getByLabel("New password", new Page.GetByLabelOptions().setExact(true))
                    .fill("north wind at noon");
            person.page().getByLabel("New password again").fill("north wind at noon");
            press(person.page(), "Change the password");
            assertThat(person.page().getByRole(AriaRole.STATUS)).containsText("Your password is changed");

            logIn(person.page(), "nora", "north wind at noon");
            open(person.page(), "/account");
            assertThat(person.page().locator("main")).containsText("QA lead");
        }
    }

    @Test
    void a_token_is_shown_once_and_can_be_revoked() {
        try (var browser = Browser.desktop()) {
            var page = browser.page();
            logIn(page, "paula", PASSWORD);
            open(page, "/account");
            page.getByLabel("What it is for").fill("nightly check");
            press(page, "Make the token");
            var token = page.locator("#token").textContent();
            assertThat(token).startsWith("fmt_");
            browser.keep("account-token");

            open(page, "/account");
            assertThat(page.content()).doesNotContain(token);
            press(page, "Revoke nightly check");
            assertThat(page.locator("table")).containsText("revoked");
        }
    }

    @Test
    void the_last_administrators_roles_are_kept_and_the_reason_is_said() {
        try (var browser = Browser.phone()) {
            var page = browser.page();
            logIn(page, "paula", PASSWORD);
            open(page, "/users/paula");
            // There may be another administrator made at the first start.
            users.all().stream().filter(user -> user.roles().contains(Role.ADMINISTRATOR))
                    .filter(user -> !user.username().equals("paula")).forEach(user -> users.change(user.username(),
                            user.displayName(), Set.of(), true, new CurrentUser("paula", "", Set.of())));
            page.getByLabel("Administrator").uncheck();
            press(page, "Save");

            assertThat(page.getByRole(AriaRole.ALERT)).containsText("paula is the last enabled administrator.");
            browser.keep("users-refused-phone");
        }
    }

    @Test
    void every_page_fits_desktop_and_phone_in_light_and_dark_without_a_complaint() {
        try (var desktop = Browser.desktop();
                var dark = Browser.darkDesktop();
                var phone = Browser.phone();
                var darkPhone = Browser.darkPhone()) {
            var all = new Browser[]{desktop, dark, phone, darkPhone};
            var names = new String[]{"desktop", "desktop-dark", "phone", "phone-dark"};
            var complaints = new ArrayList<String>();
            for (int i = 0; i < all.length; i++) {
                var browser = all[i];
                open(browser.page(), "/login");
                browser.keep("login-" + names[i]);
                fits(browser);
                logIn(browser.page(), "paula", PASSWORD);
                for (var path : new String[]{"/account", "/account/password", "/users", "/users/paula"}) {
                    open(browser.page(), path);
                    browser.keep(path.substring(1).replace('/', '-') + "-" + names[i]);
                    fits(browser);
                }
                complaints.addAll(browser.complaints());
                open(browser.page(), "/no/such/page");
                browser.keep("error-404-" + names[i]);
                fits(browser);
            }
            assertThat(complaints).isEmpty();
        }
    }

    private static void fits(Browser browser) {
        assertThat(browser.scrollsSideways()).as(browser.page().url()).isFalse();
        assertThat(browser.smallTargets()).as(browser.page().url()).isEmpty();
    }
}
