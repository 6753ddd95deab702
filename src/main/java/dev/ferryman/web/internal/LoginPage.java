package dev.ferryman.web.internal;

import dev.ferryman.access.LoginRefusal;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The login page, at first and after a refused attempt. */
@Controller
class LoginPage {
    @GetMapping("/login")
    String login(Model model, @RequestParam(required = false) @Nullable String out,
            @RequestParam(required = false) @Nullable String again,
            @RequestParam(required = false) @Nullable String changed) {
        if (changed != null) {
            model.addAttribute("notice", "Your password is changed. Log in with the new one.");
        } else if (out != null) {
            model.addAttribute("notice", "You are logged out.");
        } else if (again != null) {
            model.addAttribute("notice", "The login page was open for too long. Log in now.");
        }
        return "login";
    }

    /** Forwarded to by the security filters, with the status and headers already set. */
    @RequestMapping(LoginRefusal.PATH)
    String refused(Model model, HttpServletRequest request,
            @RequestAttribute(name = LoginRefusal.ATTRIBUTE, required = false) @Nullable LoginRefusal refusal) {
        if (refusal == null) {
            return "redirect:/login";
        }
        model.addAttribute("refusal", refusal);
        model.addAttribute("username", request.getParameter("username"));
        return "login";
    }
}
