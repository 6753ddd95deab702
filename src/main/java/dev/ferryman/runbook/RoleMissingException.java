package dev.ferryman.runbook;

/** A command by somebody who does not hold the role it belongs to. */
public class RoleMissingException extends IllegalMoveException {
    /**
     * @param tried   what was tried
     * @param reason  which role is missing, one sentence
     * @param instead who holds it, one sentence
     */
    public RoleMissingException(String tried, String reason, String instead) {
        super(tried, reason, instead);
    }
}
