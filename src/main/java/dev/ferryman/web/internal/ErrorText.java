package dev.ferryman.web.internal;

import dev.ferryman.store.StoreCondition;
import org.springframework.http.HttpStatus;

/**
 * What an error page says.
 *
 * @param status the answer's status
 * @param headline what it is about, a few words
 * @param what what happened, one sentence
 * @param next what to do now, one sentence
 */
record ErrorText(HttpStatus status, String headline, String what, String next) {
    /** The text for a status about which nothing more is known. */
    static ErrorText of(HttpStatus status) {
        return switch (status) {
            case BAD_REQUEST -> new ErrorText(status, "This request cannot be read",
                    "Something in the address or the form is not as it should be; nothing was changed.",
                    "Go back and try again from the page itself.");
            case UNAUTHORIZED -> new ErrorText(status, "You are not logged in",
                    "This page is for people who are logged in.", "Log in and try again.");
            case FORBIDDEN -> new ErrorText(status, "You may not do this",
                    "None of your roles allows it; nothing was changed.",
                    "Ask somebody who holds the role, or an administrator for the role.");
            case NOT_FOUND -> new ErrorText(status, "There is no such page",
                    "The address is wrong, or what it named does not exist any more.",
                    "Start from the list of cutovers.");
            case METHOD_NOT_ALLOWED -> new ErrorText(status, "This address cannot be used that way",
                    "The address exists but not for this kind of request; nothing was changed.",
                    "Start from the list of cutovers.");
            case CONFLICT -> new ErrorText(status, "Somebody was faster",
                    "What you were looking at has changed in the meantime; your click changed nothing.",
                    "Look at it as it is now, then decide again.");
            case CONTENT_TOO_LARGE -> new ErrorText(status, "This is more than a form may hold",
                    "The request is larger than this address takes; nothing was changed.",
                    "Shorten it, or attach a file to the report.");
            case TOO_MANY_REQUESTS -> new ErrorText(status, "Too many requests",
                    "This address has asked too often in a short time.", "Wait a minute, then try again.");
            case SERVICE_UNAVAILABLE -> new ErrorText(status, "Ferryman is busy",
                    "The service cannot answer right now; what is running goes on.", "Try again in a few seconds.");
            default -> status.is4xxClientError()
                    ? new ErrorText(status, status.getReasonPhrase(), "The request was refused; nothing was changed.",
                            "Start from the list of cutovers.")
                    : new ErrorText(status, "Something went wrong in Ferryman",
                            "The request has failed; steps that are running go on by themselves.",
                            "Load the cutover's page before repeating anything, to see whether it was done.");
        };
    }

    /** The text for whatever the state store keeps from being done. */
    static ErrorText of(StoreCondition.Trouble trouble) {
        return new ErrorText(HttpStatus.SERVICE_UNAVAILABLE, "The state store is " + trouble.word(), trouble.what(),
                trouble.next());
    }

    /** The text for a form that is older than the session it is sent in. */
    static ErrorText staleForm() {
        return new ErrorText(HttpStatus.FORBIDDEN, "This page was open for too long",
                "Your session has changed since the page was loaded; nothing was changed.",
                "Go back, load the page again and repeat what you did.");
    }
}
