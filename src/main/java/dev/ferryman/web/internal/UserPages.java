package dev.ferryman.web.internal;

import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.FieldRefusedException;
import dev.ferryman.access.LoginOptions;
import dev.ferryman.access.Role;
import dev.ferryman.access.User;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The administrator's pages: who there is, with which roles. */
@Controller
@RequestMapping("/users")
class UserPages {
    private static final String CHANGE = "change who may log in and do what";

    private final Users users;
    private final Confirmations confirmations;
    private final LoginOptions options;

    UserPages(Users users, Confirmations confirmations, LoginOptions options) {
        this.options = options;
        this.users = users;
        this.confirmations = confirmations;
    }

    /** What has been typed into a user's form. */
    record Typed(String username, String displayName, Set<Role> roles, boolean enabled) {}

    @GetMapping
    String list(Model model) {
        return list(model, new Typed("", "", Set.of(), true));
    }

    private String list(Model model, Typed typed) {
        var all = users.all();
        model.addAttribute("users", all);
        model.addAttribute("locked", all.stream().map(User::username)
                .filter(name -> users.lockedUntil(name).isPresent()).collect(Collectors.toSet()));
        form(model, typed);
        return "users/list";
    }

    @PostMapping
    String create(Model model, HttpServletResponse response, @RequestParam String username,
            @RequestParam String displayName, @RequestParam(required = false) @Nullable List<String> roles) {
        confirmations.require(CHANGE);
        var typed = new Typed(username, displayName, roles(roles), true);
        try {
            var password = users.createWithTemporaryPassword(username, displayName, typed.roles());
            return handOver(model, response, users.find(username).orElseThrow().username(), password);
        } catch (FieldRefusedException e) {
            response.setStatus(422);
            model.addAttribute("refusal", e);
            return list(model, typed);
        }
    }

    @GetMapping("/{username}")
    String user(Model model, CurrentUser me, @PathVariable String username) {
        var user = users.find(username).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        return edit(model, me, user.username(),
                new Typed(user.username(), user.displayName(), user.roles(), user.enabled()));
    }

    @PostMapping("/{username}")
    String change(Model model, CurrentUser me, HttpServletResponse response, RedirectAttributes redirect,
            @PathVariable String username, @RequestParam String displayName,
            @RequestParam(required = false) @Nullable List<String> roles,
            @RequestParam(defaultValue = "false") boolean enabled) {
        confirmations.require(CHANGE);
        var typed = new Typed(username, displayName, roles(roles), enabled);
        try {
            var changed = users.change(username, displayName, typed.roles(), enabled, me);
            redirect.addFlashAttribute("notice", "The changes to " + changed.username() + " are saved.");
            return "redirect:/users";
        } catch (FieldRefusedException e) {
            response.setStatus(422);
            model.addAttribute("refusal", e);
            return edit(model, me, username, typed);
        } catch (BadInputException e) {
            response.setStatus(422);
            model.addAttribute("problem", e);
            return edit(model, me, username, typed);
        }
    }

    @PostMapping("/{username}/password")
    String resetPassword(Model model, CurrentUser me, HttpServletResponse response, @PathVariable String username) {
        confirmations.require(CHANGE);
        return handOver(model, response, username, users.resetPassword(username, me));
    }

    @PostMapping("/{username}/unlock")
    String unlock(CurrentUser me, RedirectAttributes redirect, @PathVariable String username) {
        confirmations.require(CHANGE);
        users.unlock(username, me);
        redirect.addFlashAttribute("notice", "The lock of " + username + " is lifted.");
        return "redirect:/users";
    }

    private static void form(Model model, Typed typed) {
        model.addAttribute("typed", typed);
        model.addAttribute("allRoles", Role.values());
    }

    private String edit(Model model, CurrentUser me, String username, Typed typed) {
        model.addAttribute("own", me.username().equals(username));
        model.addAttribute("user",
                users.find(username).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
        model.addAttribute("lockedUntil", users.lockedUntil(username).orElse(null));
        model.addAttribute("provider", options.provider() == null ? "the provider" : options.provider());
        form(model, typed);
        return "users/user";
    }

    /** Shows a temporary password in the answer itself, the only time it is shown. */
    private static String handOver(Model model, HttpServletResponse response, String username, Secret password) {
        response.setHeader("Cache-Control", "no-store");
        model.addAttribute("username", username);
        model.addAttribute("password", password);
        return "users/password";
    }

    private static Set<Role> roles(@Nullable List<String> ids) {
        return ids == null ? Set.of() : ids.stream().flatMap(id -> Role.ofId(id).stream()).collect(Collectors.toSet());
    }
}
