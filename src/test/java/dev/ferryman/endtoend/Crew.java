package dev.ferryman.endtoend;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The people of the demo, each in a browser profile of his or her own. */
final class Crew implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private final Demo demo;
    private final boolean javaScript;
    private final Playwright playwright;
    private final Browser chromium;
    private final Map<String, Person> people = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();

    private Crew(Demo demo, boolean javaScript) {
        this.demo = demo;
        this.javaScript = javaScript;
        playwright = Playwright
                .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright.chromium().launch(
                new LaunchOptions().setHeadless(true).setArgs(List.of("--no-sandbox")).setExecutablePath(CHROMIUM));
    }

    /** Skips the test where there is no browser. */
    static void needsABrowser() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM),
                "There is no " + CHROMIUM + ": install chromium to click through the demo");
    }

    static Crew withJavaScript(Demo demo) {
        return new Crew(demo, true);
    }

    static Crew withoutJavaScript(Demo demo) {
        return new Crew(demo, false);
    }

    /** The person of this role, logged in and looking at the one cutover there is. */
    Person the(String username) {
        return people.computeIfAbsent(username, name -> {
            var page = chromium.newContext(new NewContextOptions().setJavaScriptEnabled(javaScript)
                    .setViewportSize(1280, 900).setTimezoneId("UTC").setLocale("en-GB")).newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                // A 409 is how a page learns that somebody else was faster.
                if (message.type().equals("error") && !message.text().contains("status of 409")) {
                    complaints.add(name + " at " + page.url() + ": " + message.text());
                }
            });
            return new Person(name, page, javaScript).logsIn(demo.address(), demo.passwordOf(name)).opensTheCutover();
        });
    }

    /** Errors of scripts, missing files and blocked content that any of them met. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
