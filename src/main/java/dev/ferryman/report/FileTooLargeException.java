package dev.ferryman.report;

import dev.ferryman.endpoint.BadInputException;

/** A file is larger than one that is attached to a report may be. Nothing of it was kept. */
public class FileTooLargeException extends BadInputException {
    /** @param largest how large it may be, in bytes */
    public FileTooLargeException(long largest) {
        super("The file is larger than " + largest + " bytes.",
                "Attach a part of it, compress it, or write down as a lesson where it is kept.");
    }
}
