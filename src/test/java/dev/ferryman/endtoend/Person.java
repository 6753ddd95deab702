package dev.ferryman.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import org.assertj.core.api.Assertions;

/** Somebody in front of a cutover's page, who reads what it says and presses what it offers. */
final class Person {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final int TRIES = 20;

    private final String name;
    private final Page page;
    private final boolean javaScript;

    Person(String name, Page page, boolean javaScript) {
        this.name = name;
        this.page = page;
        this.javaScript = javaScript;
        // The first page of a service that has just started, on a machine that has much to do.
        page.setDefaultTimeout(LONG_ENOUGH.toMillis());
        PlaywrightAssertions.setDefaultAssertionTimeout(LONG_ENOUGH.toMillis());
    }

    Person logsIn(String address, String password) {
        page.navigate(address + "/");
        page.getByLabel("Username").fill(name);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
        return this;
    }

    Person opensTheCutover() {
        page.locator("#list a").first().click();
        assertThat(page.locator("ol.rail")).isVisible();
        return this;
    }

    /** Says that a manual step is done. */
    void does(String step, String evidence) {
        awaitStep(step, "ready");
        press("#step-" + step + " button[id='complete-" + step + "']", "#evidence-" + step, evidence);
        awaitStep(step, "passed");
    }

    /** Starts a step and waits until it has passed. */
    void runs(String step) {
        awaitStep(step, "ready");
        press("#run-" + step, "", "");
        awaitStep(step, "passed");
    }

    /** Starts the point of no return: types the cutover's name first. */
    void runsAndConfirms(String step) {
        awaitStep(step, "ready");
        press("#run-" + step, "#confirm-" + step, page.locator("h1").textContent());
        awaitStep(step, "passed");
    }

    void signs(String gate, String comment) {
        await().atMost(LONG_ENOUGH).until(() -> fresh("#sign-" + gate).isVisible());
        press("#sign-" + gate, "#comment-" + gate, comment);
        assertThat(page.locator("#gate-" + gate + " tr:has-text('" + comment + "')")).hasCount(1);
    }

    /** What the page says that going back would do and cost. */
    String opensTheRollback() {
        fresh("#aside a[href$='/rollback']").click();
        return page.locator("main").innerText();
    }

    /** Goes back, once {@link #opensTheRollback()} has told what that means. */
    void rollsBack(String reason) {
        page.locator("#reason").fill(reason);
        press("form.danger button[type=submit]", "#confirm", page.locator("form.danger label strong").textContent());
    }

    void completes() {
        await().atMost(LONG_ENOUGH).until(() -> fresh("#finish button").isVisible());
        press("#finish button", "", "");
    }

    /** Waits for it; a step that fails instead ends the test with what it said. */
    void awaitStep(String step, String status) {
        String part = "#step-" + step;
        String wanted = "step-" + status;
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(200)).until(() -> {
            String state = fresh(part).getAttribute("class");
            if (state.contains("step-failed") || state.contains("step-unknown") || state.contains("inconclusive")) {
                throw new AssertionError(page.locator(part).innerText());
            }
            return state.contains(wanted);
        });
    }

    void awaitHeadline(String text) {
        if (javaScript) {
            assertThat(page.locator("#head")).containsText(text,
                    new ContainsTextOptions().setTimeout(LONG_ENOUGH.toMillis()));
        } else {
            await().atMost(LONG_ENOUGH).until(() -> fresh("#head").textContent().contains(text));
        }
    }

    /** Once a cutover has ended, nothing of it may still be shown as running, on a page kept open all the time either. */
    void seesNoPhaseGoingOn() {
        assertThat(page.locator("#current")).isEmpty();
        assertThat(page.locator(".step-running")).hasCount(0);
    }

    /** Waits until a part of the page says all of this: with a script it says it when the page was told of it. */
    void reads(String part, String... texts) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(200)).untilAsserted(
                () -> Assertions.assertThat(fresh(part).innerText()).contains(texts));
    }

    /** With a script the page is kept up to date; without one people reload. */
    private Locator fresh(String part) {
        if (!javaScript) {
            page.reload();
        }
        return page.locator(part).first();
    }

    /** Fills a field and presses a button, again where the answer is that somebody else was faster. */
    private void press(String button, String field, String text) {
        for (int i = 0; i < TRIES; i++) {
            if (!field.isEmpty() && page.locator(field).count() > 0) {
                page.locator(field).fill(text);
            }
            page.locator(button).click();
            page.waitForLoadState();
            Locator alert = page.locator("#alert");
            if (alert.count() == 0) {
                return;
            }
            if (!alert.textContent().contains("Somebody was faster")) {
                throw new AssertionError(name + " is refused: " + alert.textContent());
            }
        }
        throw new AssertionError("Somebody was always faster than " + name);
    }
}
