package dev.ferryman.notify.internal;

/** What came of handing a message over. No text here holds a secret. */
sealed interface Delivery {
    /** In a few words, for the page. */
    String what();

    /** The other side has taken it. */
    record Sent(String what) implements Delivery {}

    /**
     * It has certainly not been taken.
     *
     * @param again whether another attempt may go better
     */
    record Refused(String what, boolean again) implements Delivery {}

    /** It may or may not have been taken. */
    record Unknown(String what) implements Delivery {}
}
