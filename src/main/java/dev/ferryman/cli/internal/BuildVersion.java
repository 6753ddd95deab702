package dev.ferryman.cli.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version as the build recorded it. */
final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[]{"ferryman " + number(), "Java " + Runtime.version() + ", sqlite-jdbc "
                + org.sqlite.SQLiteJDBCLoader.getVersion() + ", pgjdbc "
                + org.postgresql.util.DriverInfo.DRIVER_VERSION};
    }

    private static String number() {
        try (var in = BuildVersion.class.getResourceAsStream("/META-INF/build-info.properties")) {
            var properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("build.version", "from an unpackaged build");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
