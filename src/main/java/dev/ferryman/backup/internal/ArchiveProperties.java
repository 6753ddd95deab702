package dev.ferryman.backup.internal;

import dev.ferryman.backup.DirectoryPlace;
import dev.ferryman.backup.S3Place;
import dev.ferryman.backup.StoragePlace;
import dev.ferryman.endpoint.SecretReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * Where this server may keep files for the long term.
 *
 * @param fileRoots directories whose files an archive may hold beside the SQLite file; none by default
 * @param places storage places by name
 */
@ConfigurationProperties("ferryman.archive")
public record ArchiveProperties(@DefaultValue List<Path> fileRoots, @DefaultValue Map<String, Place> places) {

    /** What a place is. */
    public enum Kind {
        /** A directory of this machine, or mounted on it. */
        DIRECTORY,
        /** A bucket of S3-compatible storage. */
        S3
    }

    /**
     * One place.
     *
     * @param kind what it is
     * @param directory where files go, for a directory
     * @param bucket the bucket, for S3; the rest is S3's too
     * @param prefix put before every key
     * @param region of the bucket
     * @param endpoint address of storage that is not Amazon's
     * @param pathStyle whether the bucket stands in the path of addresses instead of in the host name
     * @param accessKey reference to the key's id; none: the SDK's default chain of credentials
     * @param secretKey reference to the key
     */
    public record Place(Kind kind, @Nullable Path directory, @Nullable String bucket, @DefaultValue("") String prefix,
            @DefaultValue("us-east-1") String region, @Nullable URI endpoint, @DefaultValue("false") boolean pathStyle,
            @Nullable String accessKey, @Nullable String secretKey) {}

    /** The places, each checked. */
    public Map<String, StoragePlace> all() {
        Map<String, StoragePlace> all = new TreeMap<>();
        places.forEach((name, place) -> all.put(name, switch (place.kind()) {
            case DIRECTORY -> new DirectoryPlace(required(name, "directory", place.directory()));
            case S3 -> new S3Place(client(name, place), required(name, "bucket", place.bucket()), place.prefix());
        }));
        return all;
    }

    private static S3Client client(String name, Place place) {
        S3ClientBuilder builder = S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder())
                .region(Region.of(place.region())).forcePathStyle(place.pathStyle())
                .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
                // Storage that is not Amazon's need not know the SDK's own checksums and chunks; ours is read back.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (place.endpoint() != null) {
            builder.endpointOverride(place.endpoint());
        }
        if (place.accessKey() != null) {
            String secretKey = required(name, "secret-key", place.secretKey());
            SecretReference id = SecretReference.parse(place.accessKey());
            SecretReference key = SecretReference.parse(secretKey);
            // Resolved for every request: a rotated key is picked up.
            builder.credentialsProvider(() -> AwsBasicCredentials.create(id.resolve().reveal(),
                    key.resolve().reveal()));
        }
        return builder.build();
    }

    private static <T> T required(String name, String setting, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("ferryman.archive.places." + name + "." + setting + " is missing");
        }
        return value;
    }
}
