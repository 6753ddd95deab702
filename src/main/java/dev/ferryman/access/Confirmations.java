package dev.ferryman.access;

import dev.ferryman.access.internal.StepUp;
import org.springframework.stereotype.Service;

/** Asks again who is there before something is done that cannot be taken back. */
@Service
public class Confirmations {
    /** Name of the form field in which the password comes with the repeated request. */
    public static final String FIELD = "confirmPassword";

    private final StepUp stepUp;

    Confirmations(StepUp stepUp) {
        this.stepUp = stepUp;
    }

    /**
     * Goes on where the person of the present request has logged in or confirmed it lately
     * ({@code ferryman.access.session.confirm-after}), or has sent the right password along, or the request came with a
     * token that has the scope {@link Scope#SWITCH}.
     *
     * @param what what is about to be done, such as "start the switch": the page says it
     * @throws ConfirmationRequiredException where the person has to be asked
     * @throws ScopeMissingException where the token may not do this
     */
    public void require(String what) {
        stepUp.require(what);
    }
}
