package dev.ferryman.traffic;

/** A switch failed. The message says what happened and what is in effect now, without secrets. */
public class TrafficException extends RuntimeException {
    public TrafficException(String message) {
        super(message);
    }

    public TrafficException(String message, Throwable cause) {
        super(message, cause);
    }
}
