package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket of S3-compatible storage. What was stored is read back whole and compared by its SHA-256. */
public final class S3Place implements StoragePlace {
    /** The most that one request may store. */
    private static final long LARGEST = 5L * 1024 * 1024 * 1024;
    private static final int NOT_FOUND = 404;

    private final S3Client client;
    private final String bucket;
    private final String prefix;

    /**
     * @param client closed by whoever made it
     * @param prefix put before every key, empty for none
     */
    public S3Place(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    @Override
    public String display() {
        return "s3://" + bucket + "/" + prefix;
    }

    @Override
    public String location(String key) {
        return display() + key;
    }

    @Override
    public void store(String key, SealedFile file) throws InterruptedException {
        String name = prefix + StoragePlace.requireKey(key);
        if (file.bytes() > LARGEST) {
            throw new BadInputException("The file " + file.path() + " is larger than the 5 GiB that one request to "
                    + display() + " may store.", "Nothing was stored. Use a place of kind directory for it.");
        }
        try {
            client.putObject(put -> put.bucket(bucket).key(name), RequestBody.fromFile(file.path()));
            if (!stored(name).map(file.sha256()::equals).orElse(false)) {
                client.deleteObject(delete -> delete.bucket(bucket).key(name));
                throw new BadInputException("The copy in " + location(key) + " is not what was sent there.",
                        "It was removed. Look after the storage or what is between, then retry.");
            }
        } catch (SdkException e) {
            throw refusal("cannot be stored in", key, e);
        } catch (IOException e) {
            throw new BadInputException("The copy in " + location(key) + " cannot be read back: " + e, "Retry.", e);
        }
    }

    /** The SHA-256 of what is stored, empty where there is nothing. */
    private Optional<String> stored(String name) throws IOException {
        try (var object = client.getObject(get -> get.bucket(bucket).key(name))) {
            return Optional.of(SealedFile.sha256(object));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    private Optional<SealedFile> download(String name, Path into) throws IOException {
        try (var object = client.getObject(get -> get.bucket(bucket).key(name))) {
            Files.copy(object, into, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(SealedFile.of(into));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<SealedFile> fetch(String key, Path into) {
        try {
            return download(prefix + StoragePlace.requireKey(key), into);
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refusal("cannot be fetched from", key, e);
        } catch (SdkException e) {
            throw refusal("cannot be fetched from", key, e);
        } catch (IOException e) {
            throw new BadInputException("What " + location(key) + " holds cannot be written to " + into + ": " + e,
                    "Make room there, then retry.", e);
        }
    }

    @Override
    public void remove(String key) {
        try {
            client.deleteObject(delete -> delete.bucket(bucket).key(prefix + StoragePlace.requireKey(key)));
        } catch (SdkException e) {
            throw refusal("cannot be removed from", key, e);
        }
    }

    private BadInputException refusal(String what, String key, SdkException e) {
        return new BadInputException("The file " + what + " " + location(key) + ": " + e.getMessage(),
                "What was to be stored is still where it was made. Look at the place's address, bucket, credentials and"
                        + " rights, then retry.",
                e);
    }
}
