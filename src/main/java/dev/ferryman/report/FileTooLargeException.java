package dev.ferryman.report;

import dev.ferryman.endpoint.BadInputException;
import org.springframework.util.unit.DataSize;

/** A file is larger than one that is attached to a report may be. Nothing of it was kept. */
public class FileTooLargeException extends BadInputException {
    /** @param largest how large it may be */
    public FileTooLargeException(DataSize largest) {
        super("The file is larger than " + words(largest) + ".",
                "Attach a part of it, compress it, or write down as a lesson where it is kept.");
    }

    /** A limit as people read it: {@code 10 MiB}; in bytes where it is no whole number of these. */
    static String words(DataSize limit) {
        return limit.toBytes() % DataSize.ofMegabytes(1).toBytes() == 0
                ? limit.toMegabytes() + " MiB"
                : limit.toBytes() + " bytes";
    }
}
