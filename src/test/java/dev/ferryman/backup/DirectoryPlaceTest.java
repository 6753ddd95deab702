package dev.ferryman.backup;

class DirectoryPlaceTest extends StoragePlaceContract {
    @Override
    StoragePlace place() {
        return new DirectoryPlace(directory.resolve("place"));
    }
}
