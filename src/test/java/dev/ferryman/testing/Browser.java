package dev.ferryman.testing;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Chromium without a window, with one page. It writes down what a person would not see: errors of scripts and
 * whatever the content security policy has blocked.
 *
 * <pre>{@code
 * try (var browser = Browser.desktop()) {
 *     browser.page().navigate("http://localhost:" + port + "/login");
 * }
 * }</pre>
 */
public final class Browser implements AutoCloseable {
    private static final List<Path> PLACES = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Browser(int width, int height, boolean phone, ColorScheme scheme) {
        var installed = PLACES.stream().filter(Files::isExecutable).findFirst();
        // Where there is none on the machine, Playwright fetches its own.
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(installed.isPresent() ? Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1") : Map.of()));
        var options = new LaunchOptions().setHeadless(true).setArgs(List.of("--no-sandbox"));
        installed.ifPresent(options::setExecutablePath);
        chromium = playwright.chromium().launch(options);
        context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height).setColorScheme(scheme).setHasTouch(phone).setTimezoneId("UTC")
                .setLocale("en-GB"));
        page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
    }

    /** 1280 pixels wide, light. */
    public static Browser desktop() {
        return new Browser(1280, 800, false, ColorScheme.LIGHT);
    }

    /** 1280 pixels wide, dark. */
    public static Browser darkDesktop() {
        return new Browser(1280, 800, false, ColorScheme.DARK);
    }

    /** A phone, 390 pixels wide, light. */
    public static Browser phone() {
        return new Browser(390, 844, true, ColorScheme.LIGHT);
    }

    /** A phone, 390 pixels wide, dark. */
    public static Browser darkPhone() {
        return new Browser(390, 844, true, ColorScheme.DARK);
    }

    /** The page. */
    public Page page() {
        return page;
    }

    /** Messages of failed scripts, missing files and blocked content so far. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Whether the page is wider than the window, so that a person has to scroll sideways. */
    public boolean scrollsSideways() {
        return (Boolean) page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    }

    /** Visible links and controls that a thumb misses: lower than 44 pixels, checkboxes counted with their label. */
    @SuppressWarnings("unchecked")
    public List<String> smallTargets() {
        return (List<String>) page.evaluate(
                """
                [...document.querySelectorAll('a.button, button, input, select, nav a')]
                  .filter(e => e.checkVisibility() && e.type !== 'hidden' && !e.closest('.visually-hidden, .skip-link'))
                  .map(e => e.closest('label') ?? e)
                  .filter(e => e.getBoundingClientRect().height < 44)
                  .map(e => e.outerHTML.slice(0, 120))""");
    }

    /** Keeps a picture of the whole page as {@code target/screenshots/NAME.png}, for people to look at. */
    public void keep(String name) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
                .setPath(Path.of("target", "screenshots", name + ".png")));
    }

    @Override
    public void close() {
        context.close();
        chromium.close();
        playwright.close();
    }
}
