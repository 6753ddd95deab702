package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.notify.MessageState;
import dev.ferryman.notify.MessageView;
import dev.ferryman.notify.Messages;
import dev.ferryman.notify.TestOutcome;
import dev.ferryman.runbook.Actor;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What people are told of a cutover, and the channels it is told on. */
@Controller
final class MessagePages {
    private final CutoverService cutovers;
    private final Messages messages;

    MessagePages(CutoverService cutovers, Messages messages) {
        this.cutovers = cutovers;
        this.messages = messages;
    }

    @GetMapping("/cutovers/{id}/messages")
    String messages(CurrentUser user, @PathVariable String id, Model model) {
        Actor actor = Actors.of(user);
        List<MessageView> all = messages.of(id);
        model.addAttribute("view", cutovers.view(actor, id));
        model.addAttribute("planned", all.stream().filter(each -> each.state() == MessageState.PLANNED)
                .sorted(Comparator.comparing(MessageView::due)).toList());
        model.addAttribute("messages", all.stream().filter(each -> each.state() != MessageState.PLANNED).toList());
        model.addAttribute("previews", messages.previews(id));
        model.addAttribute("maySend", messages.maySend(actor));
        return "cutovers/messages";
    }

    @PostMapping("/cutovers/{id}/messages/{message}/send")
    String send(CurrentUser user, @PathVariable String id, @PathVariable long message,
            @RequestParam(defaultValue = "") String reason, Model model, HttpServletResponse response,
            RedirectAttributes flash) {
        try {
            messages.sendAgain(Actors.of(user), id, message, reason);
            flash.addFlashAttribute("notice",
                    new Notice("The message is on its way.", "What comes of it is shown below."));
            return "redirect:/cutovers/" + id + "/messages#message-" + message;
        } catch (BadInputException refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            model.addAttribute("alert", new Notice(String.valueOf(refused.getMessage()), refused.next()));
            return messages(user, id, model);
        }
    }

    @GetMapping("/channels")
    String channels(CurrentUser user, Model model) {
        model.addAttribute("channels", messages.channels(Actors.of(user)));
        return "channels";
    }

    @PostMapping("/channels/{name}/test")
    String test(CurrentUser user, @PathVariable String name, RedirectAttributes flash) {
        TestOutcome outcome = messages.test(Actors.of(user), name);
        flash.addFlashAttribute(outcome.sent() ? "notice" : "alert", new Notice(outcome.sent()
                ? "Channel " + name + " works: the test message was taken."
                : "Channel " + name + " does not work: the test message was not taken.", outcome.what()));
        return "redirect:/channels";
    }
}
