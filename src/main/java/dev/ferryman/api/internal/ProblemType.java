package dev.ferryman.api.internal;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Every kind of refusal of the API. {@link #uri()} never changes; programs decide by it and not by the texts. */
enum ProblemType {
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read", "A field, a parameter or the JSON itself is not "
            + "as this address expects; `field` names it where it is known."), UNAUTHORIZED(HttpStatus.UNAUTHORIZED,
                    "Unauthorized", "The request has no valid API token."), FORBIDDEN(HttpStatus.FORBIDDEN,
                            "Not allowed",
                            "The token does not have the scope this needs, or its owner not the role."), NOT_FOUND(
                                    HttpStatus.NOT_FOUND, "There is no such thing",
                                    "The address names something that does not exist."), GONE(HttpStatus.GONE,
                                            "The cutover is archived",
                                            "It ended long ago; `detail` names the file that has all of it."), METHOD_NOT_ALLOWED(
                                                    HttpStatus.METHOD_NOT_ALLOWED,
                                                    "The address exists, but not for this method",
                                                    "The header `Allow` names the methods."), NOT_ACCEPTABLE(
                                                            HttpStatus.NOT_ACCEPTABLE,
                                                            "The answer cannot be written that way",
                                                            "The header `Accept` excludes every form this address has."), STALE_VERSION(
                                                                    HttpStatus.CONFLICT, "The cutover has changed",
                                                                    "Somebody was faster. Nothing was done; `cutover` is the new state."), TOO_MANY_REQUESTS(
                                                                            HttpStatus.TOO_MANY_REQUESTS,
                                                                            "Too many requests",
                                                                            "The token or the address asks too often; `Retry-After` says when to go on, in seconds."), ILLEGAL_MOVE(
                                                                                    HttpStatus.CONFLICT,
                                                                                    "This is not possible now",
                                                                                    "The runbook does not allow the command in the present state. Nothing was done."), CONTENT_TOO_LARGE(
                                                                                            HttpStatus.CONTENT_TOO_LARGE,
                                                                                            "The request is too large",
                                                                                            "The body is longer than this address takes: "
                                                                                                    + BodyLimit.MOST
                                                                                                            / 1024
                                                                                                    + " KiB, or what a file of a report may have."), UNSUPPORTED_MEDIA_TYPE(
                                                                                                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                                                                                                            "The body is not of the kind this address takes",
                                                                                                            "The header `Content-Type` is not application/json, or for files application/octet-stream."), CUTOVER_REFUSED(
                                                                                                                    HttpStatus.UNPROCESSABLE_CONTENT,
                                                                                                                    "The cutover cannot be created",
                                                                                                                    "Something is wrong with the draft; `problems` says what, field by field. Nothing was created."), BAD_INPUT(
                                                                                                                            HttpStatus.UNPROCESSABLE_CONTENT,
                                                                                                                            "This cannot be done with what was given",
                                                                                                                            "What was given can be read but not used."), INTERNAL_SERVER_ERROR(
                                                                                                                                    HttpStatus.INTERNAL_SERVER_ERROR,
                                                                                                                                    "Ferryman failed to answer",
                                                                                                                                    "Something went wrong inside Ferryman; what is running goes on."), SERVICE_UNAVAILABLE(
                                                                                                                                            HttpStatus.SERVICE_UNAVAILABLE,
                                                                                                                                            "The state store does not take writes",
                                                                                                                                            "It is full, damaged or gone. Nothing was changed; what can be read is still answered.");

    private final HttpStatus status;
    private final String title;
    private final String meaning;

    ProblemType(HttpStatus status, String title, String meaning) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
    }

    /** The status it is answered with. */
    HttpStatus status() {
        return status;
    }

    /** What it means, for the description of the API. */
    String meaning() {
        return meaning;
    }

    /** Member {@code type} of the problem. */
    URI uri() {
        return URI.create("urn:ferryman:problem:" + Keys.of(this));
    }

    /**
     * A problem of this type.
     *
     * @param detail what happened, one sentence without secrets
     * @param next what to do next, one sentence
     */
    ProblemDetail problem(String detail, String next) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(uri());
        problem.setTitle(title);
        problem.setProperty("next", next);
        return problem;
    }
}
