package dev.ferryman.api.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Scope;
import dev.ferryman.notify.MessagePreview;
import dev.ferryman.notify.MessageView;
import dev.ferryman.notify.Messages;
import dev.ferryman.notify.TestOutcome;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Messages of cutovers, and the channels they go to. */
@RestController
@Tag(name = "Messages")
@RequestMapping("/api/v1")
class MessageController {
    private final Messages messages;

    MessageController(Messages messages) {
        this.messages = messages;
    }

    @GetMapping("/cutovers/{id}/messages")
    @Operation(summary = "Every message of a cutover that was written or is planned, the latest first")
    List<MessageJson> messages(@PathVariable String id) {
        return messages.of(id).stream().map(MessageJson::of).toList();
    }

    @GetMapping("/cutovers/{id}/messages/previews")
    @Operation(summary = "Every message of the cutover's template with its values of now")
    List<MessagePreview> messagePreviews(@PathVariable String id) {
        return messages.previews(id);
    }

    @PostMapping("/cutovers/{id}/messages/{message}/send")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Has a message sent that failed, may have arrived, was skipped or had no channel")
    MessageJson sendMessage(@PathVariable String id, @PathVariable long message, @RequestBody SendOrder order,
            CurrentUser user) {
        messages.sendAgain(CutoverController.actor(user), id, message, order.reason() == null ? "" : order.reason());
        return messages.of(id).stream().filter(view -> view.id() == message).findFirst().map(MessageJson::of)
                .orElseThrow();
    }

    @PostMapping("/channels/{name}/test")
    @NeedsScope(Scope.ADMIN)
    @Operation(summary = "Sends a test message at once; administrators only")
    TestOutcome testChannel(@PathVariable String name, CurrentUser user) {
        return messages.test(CutoverController.actor(user), name);
    }

    /** @param reason why, in a few words; kept with the attempt */
    record SendOrder(@Nullable String reason) {}

    /**
     * A message to one channel.
     *
     * @param state planned, waiting, sending, sent, combined, failed, unknown, skipped, no-channel or rehearsed
     * @param due when it is sent, or tried next
     * @param sentAt when it was taken; left out where it was not
     * @param detail why it is not sent, without secrets
     */
    record MessageJson(long id, String message, String moment, String channel, String state, boolean urgent,
            String subject, String text, Instant due, @Nullable Instant sentAt, String detail, List<TryJson> tries) {
        static MessageJson of(MessageView view) {
            return new MessageJson(view.id(), view.message(), view.moment(), view.channel(), view.state().key(),
                    view.urgent(), view.subject(), view.text(), view.due(), view.sentAt(), view.detail(),
                    view.tries().stream().map(each -> new TryJson(each.at(), each.outcome(), each.asked())).toList());
        }
    }

    /**
     * One attempt to hand it over.
     *
     * @param outcome left out while nobody knows
     * @param asked who had it sent and why; left out where Ferryman did by itself
     */
    record TryJson(Instant at, @Nullable String outcome, @Nullable String asked) {}
}
