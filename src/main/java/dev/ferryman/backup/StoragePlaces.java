package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.util.Map;
import java.util.TreeMap;

/** The storage places that the server's configuration names; there are no others. */
public final class StoragePlaces {
    private final Map<String, StoragePlace> places;

    /** @param places by name */
    public StoragePlaces(Map<String, StoragePlace> places) {
        this.places = new TreeMap<>(places);
    }

    /**
     * The place of a name.
     *
     * @throws BadInputException if there is none
     */
    public StoragePlace named(String name) {
        StoragePlace place = places.get(name);
        if (place == null) {
            throw new BadInputException("There is no storage place named " + name + " in the server's configuration.",
                    places.isEmpty()
                            ? "Add it under ferryman.archive.places and restart."
                            : "Use one of: " + String.join(", ", places.keySet()) + ".");
        }
        return place;
    }
}
