package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Somewhere files are kept apart from the machine that made them. What was stored was read back: it has the checksum it was
 * given, or it is not there.
 */
public interface StoragePlace {
    /** The place in words, without secrets: a directory, or {@code s3://bucket/prefix}. */
    String display();

    /** Where a file of this key is, as a person would look for it. */
    String location(String key);

    /**
     * Stores a file and reads it back. A file that is there already with the same content is left as it is; another one
     * under the key is replaced.
     *
     * @param key its name with directories, separated by slashes; no empty part, no {@code .} or {@code ..}
     * @throws BadInputException if it cannot be stored or comes back otherwise; then it is not there
     */
    void store(String key, SealedFile file) throws InterruptedException;

    /**
     * Reads what is stored and seals it anew.
     *
     * @return empty where nothing has this key; the sealed file has the path of {@code into}
     * @param into file to write it to; replaced where it is there
     */
    Optional<SealedFile> fetch(String key, Path into) throws InterruptedException;

    /** Removes what has this key; does nothing where there is none. */
    void remove(String key) throws InterruptedException;

    /**
     * Makes sure that a key stays inside the place.
     *
     * @throws BadInputException if it does not
     */
    static String requireKey(String key) {
        for (String part : key.split("/", -1)) {
            if (part.isBlank() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
                throw new BadInputException("The name " + key + " cannot be used in a storage place.",
                        "Give names without empty parts, . and ..");
            }
        }
        return key;
    }
}
