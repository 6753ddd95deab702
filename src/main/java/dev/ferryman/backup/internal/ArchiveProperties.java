package dev.ferryman.backup.internal;

import dev.ferryman.backup.DirectoryPlace;
import dev.ferryman.backup.StoragePlace;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where this server may keep files for the long term.
 *
 * @param places storage places by name
 */
@ConfigurationProperties("ferryman.archive")
public record ArchiveProperties(@DefaultValue Map<String, Place> places) {

    /** What a place is. */
    public enum Kind {
        /** A directory of this machine, or mounted on it. */
        DIRECTORY
    }

    /**
     * One place.
     *
     * @param kind what it is
     * @param directory where files go
     */
    public record Place(Kind kind, @Nullable Path directory) {}

    /** The places, each checked. */
    Map<String, StoragePlace> all() {
        Map<String, StoragePlace> all = new TreeMap<>();
        places.forEach((name, place) -> all.put(name, switch (place.kind()) {
            case DIRECTORY -> new DirectoryPlace(required(name, "directory", place.directory()));
        }));
        return all;
    }

    private static <T> T required(String name, String setting, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("ferryman.archive.places." + name + "." + setting + " is missing");
        }
        return value;
    }
}
