package io.syncline.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks the {@code .txz} of an archive jar. Symbolic links and execute bits survive; everything becomes readable for all users, because
 * the server may have to run as another one. Only the JVM is needed, no {@code tar} and no {@code xz}.
 */
final class ArchiveUnpacker {

    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
    private static final int ANY_EXECUTE_BIT = 0b001_001_001;

    private final Path target;

    private ArchiveUnpacker(Path target) {
        this.target = target;
    }

    /**
     * Unpacks an archive.
     *
     * @param archive the jar with one {@code .txz} for Linux inside
     * @param target an existing, empty folder
     */
    static void unpack(PostgresArchive archive, Path target) throws IOException {
        try (ZipInputStream jar = new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive.jar())))) {
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                if (isForLinux(entry.getName())) {
                    new ArchiveUnpacker(target).unpackTar(jar);
                    return;
                }
            }
        }
        throw new IOException("no .txz for Linux in " + archive.jar());
    }

    /** An archive may hold the binaries of several systems. */
    private static boolean isForLinux(String entry) {
        return entry.endsWith(".txz") && entry.toLowerCase(Locale.ROOT).contains("linux");
    }

    private void unpackTar(InputStream compressed) throws IOException {
        Files.setPosixFilePermissions(target, FOLDER);
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(compressed));
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            write(entry, tar);
        }
    }

    private void write(TarArchiveEntry entry, InputStream content) throws IOException {
        Path path = inside(target.resolve(entry.getName()));
        if (entry.isDirectory()) {
            createFolder(path);
            return;
        }
        createFolder(parentOf(path));
        if (entry.isSymbolicLink()) {
            inside(parentOf(path).resolve(entry.getLinkName()));
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, inside(target.resolve(entry.getLinkName())));
        } else if (entry.isFile()) {
            Files.copy(content, path);
            Files.setPosixFilePermissions(path, (entry.getMode() & ANY_EXECUTE_BIT) != 0 ? PROGRAM : FILE);
        } else {
            throw new IOException("the archive entry " + entry.getName() + " is neither a file, a folder nor a link");
        }
    }

    private void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            createFolder(parentOf(folder));
            Files.createDirectory(folder);
            // createDirectory obeys the umask; the server's user must be able to enter
            Files.setPosixFilePermissions(folder, FOLDER);
        }
    }

    private Path inside(Path path) throws IOException {
        if (!path.normalize().startsWith(target)) {
            throw new IOException("the archive names a path outside of its own folder: " + path);
        }
        return path.normalize();
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("no folder above " + path);
        }
        return parent;
    }
}
