package dev.ferryman.web.internal;

import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.FieldRefusedException;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.access.Tokens;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own account: password and API tokens. */
@Controller
@RequestMapping("/account")
class AccountPages {
    private final Users users;
    private final Tokens tokens;
    private final Confirmations confirmations;
    private final Clock clock;

    AccountPages(Users users, Tokens tokens, Confirmations confirmations, Clock clock) {
        this.users = users;
        this.tokens = tokens;
        this.confirmations = confirmations;
        this.clock = clock;
    }

    @GetMapping
    String account(Model model, CurrentUser me) {
        model.addAttribute("user", users.find(me.username()).orElseThrow());
        model.addAttribute("tokens", tokens.of(me));
        model.addAttribute("now", clock.instant());
        model.addAttribute("allRoles", Role.values());
        model.addAttribute("allScopes", Scope.values());
        if (!model.containsAttribute("scopes")) {
            model.addAttribute("scopes", EnumSet.of(Scope.READ));
        }
        return "account/account";
    }

    @GetMapping("/password")
    String password(Model model, CurrentUser me) {
        model.addAttribute("user", users.find(me.username()).orElseThrow());
        return "account/password";
    }

    @PostMapping("/password")
    String changePassword(Model model, CurrentUser me, HttpServletResponse response, @RequestParam String current,
            @RequestParam String chosen, @RequestParam String repeated) {
        try {
            if (!chosen.equals(repeated)) {
                throw new FieldRefusedException("repeated", "The two new passwords differ.", "Type both again.");
            }
            users.changePassword(me, Secret.of(current), Secret.of(chosen));
        } catch (FieldRefusedException e) {
            response.setStatus(422);
            model.addAttribute("refusal", e);
            return password(model, me);
        }
        // Every session that began with the old password is over, this one too.
        return "redirect:/login?changed";
    }

    @PostMapping("/tokens")
    String createToken(Model model, CurrentUser me, HttpServletResponse response, @RequestParam String name,
            @RequestParam(defaultValue = "0") long days, @RequestParam(defaultValue = "") List<String> scopes) {
        Set<Scope> chosen = Scope.parse(String.join(" ", scopes));
        if (chosen.contains(Scope.SWITCH) || chosen.contains(Scope.ADMIN)) {
            // Such a token is never asked for a password: whoever found an open browser must not get one.
            confirmations.require("make a token that is never asked for a password");
        }
        try {
            // Shown in the answer itself and nowhere else; a redirect would have to keep it somewhere.
            model.addAttribute("made", tokens.create(me, name, Duration.ofDays(Math.clamp(days, -1, 10_000)), chosen));
            response.setHeader("Cache-Control", "no-store");
        } catch (FieldRefusedException e) {
            response.setStatus(422);
            model.addAttribute("refusal", e);
            model.addAttribute("name", name);
            model.addAttribute("days", days);
            model.addAttribute("scopes", chosen);
        }
        return account(model, me);
    }

    @PostMapping("/tokens/{id}/revoke")
    String revokeToken(CurrentUser me, @PathVariable long id) {
        tokens.revoke(me, id);
        return "redirect:/account#tokens";
    }
}
