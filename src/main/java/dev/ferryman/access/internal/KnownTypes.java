package dev.ferryman.access.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import org.springframework.core.ConfigurableObjectInputStream;
import org.springframework.core.serializer.Deserializer;

/**
 * Reads what a session holds, and no other type than sessions hold: whoever could write into the state store must not
 * gain the service's process by it.
 */
final class KnownTypes implements Deserializer<Object> {
    private static final ObjectInputFilter ONLY = ObjectInputFilter.Config.createFilter(
            "maxdepth=40;maxrefs=20000;maxbytes=2000000;dev.ferryman.**;org.springframework.security.**;"
                    + "org.springframework.web.servlet.FlashMap;org.springframework.util.**;java.lang.*;java.time.*;"
                    + "java.util.*;java.util.concurrent.*;java.net.URL;java.net.URI;!*");

    @Override
    public Object deserialize(InputStream bytes) throws IOException {
        try (var objects = new ConfigurableObjectInputStream(bytes, KnownTypes.class.getClassLoader())) {
            objects.setObjectInputFilter(ONLY);
            return objects.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("A session holds a type that this version does not have", e);
        }
    }
}
