package dev.ferryman.web.internal;

import dev.ferryman.access.LoginOptions;
import dev.ferryman.access.LoginRefusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The login page, at first and after a refused attempt. */
@Controller
class LoginPage {
    /** A path here and nowhere else: {@code //host} would be another server. */
    private static final Pattern OWN_PAGE = Pattern.compile("(/[A-Za-z0-9_-]+)+");

    private final LoginOptions options;

    LoginPage(LoginOptions options) {
        this.options = options;
    }

    @GetMapping("/login")
    String login(Model model, @RequestParam(required = false) @Nullable String out,
            @RequestParam(required = false) @Nullable String again,
            @RequestParam(required = false) @Nullable String changed,
            @RequestParam(required = false) @Nullable String emergency) {
        options(model, emergency != null);
        if (changed != null) {
            model.addAttribute("notice", "Your password is changed. Log in with the new one.");
        } else if (out != null) {
            model.addAttribute("notice", "You are logged out.");
        } else if (again != null) {
            model.addAttribute("notice", "The login page was open for too long. Log in now.");
        }
        return "login";
    }

    private void options(Model model, boolean withPassword) {
        model.addAttribute("options", options);
        model.addAttribute("withPassword", options.password() || withPassword);
    }

    /** Sends somebody to the provider to log in again now, and back to the page he or she was on. */
    @GetMapping("/login/again")
    String again(@RequestParam String to, HttpSession session) {
        if (options.provider() == null || !OWN_PAGE.matcher(to).matches()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        session.setAttribute(LoginOptions.BACK, to);
        return "redirect:" + options.start() + "?fresh";
    }

    /** Forwarded to by the security filters, with the status and headers already set. */
    @RequestMapping(LoginRefusal.PATH)
    String refused(Model model, HttpServletRequest request,
            @RequestAttribute(name = LoginRefusal.ATTRIBUTE, required = false) @Nullable LoginRefusal refusal) {
        if (refusal == null) {
            return "redirect:/login";
        }
        options(model, refusal.what().isEmpty());
        model.addAttribute("refusal", refusal);
        model.addAttribute("username", request.getParameter("username"));
        return "login";
    }
}
