package dev.ferryman.cutover;

import dev.ferryman.endpoint.BadInputException;

/** There is no template of that name, or a cutover has no such step, gate, plan or verification. */
public class NoSuchPartException extends BadInputException {
    /**
     * @param what what is not there, one sentence
     * @param next where to find what there is, one sentence
     */
    public NoSuchPartException(String what, String next) {
        super(what, next);
    }
}
