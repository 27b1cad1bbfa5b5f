package io.syncline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The unpacked binaries of one PostgreSQL release, and the data directories that {@code initdb} made with them. */
final class PostgresInstallation {

    /** The superuser of every cluster. */
    static final String SUPERUSER = "postgres";

    private static final long INITDB_SECONDS = 120;

    /** From this release on clients may prove that they know a password without sending it, and what lets a session in lets a walsender in. */
    private static final int MODERN = 10;

    private final String release;
    private final boolean modern;
    private final Path home;
    private final Cache cache;
    private final Launcher launcher;

    private PostgresInstallation(String release, boolean modern, Path home, Cache cache, Launcher launcher) {
        this.release = release;
        this.modern = modern;
        this.home = home;
        this.cache = cache;
        this.launcher = launcher;
    }

    /** Finds the newest archive of a version and unpacks it when the cache does not hold it. */
    static PostgresInstallation of(String version, Cache cache, Launcher launcher) {
        PostgresArchive archive = PostgresArchive.find(version);
        String release = archive.version() + "-" + archive.fingerprint();
        Path home = cache.folder("binaries/" + release, folder -> ArchiveUnpacker.unpack(archive, folder));
        return new PostgresInstallation(release, archive.major() >= MODERN, home, cache, launcher);
    }

    /** The path of a program: {@code initdb}, {@code postgres} or {@code pg_ctl}. */
    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /**
     * Makes a data directory.
     *
     * @param identity clusters of one identity are copies of one template and so share its system identifier
     * @param target the folder to make; it must not exist
     * @param password the password of {@link #SUPERUSER}
     */
    void createCluster(ClusterIdentity identity, Path target, String password) throws IOException {
        switch (identity) {
            case ClusterIdentity.Shared(String name) -> {
                Path template = cache.folder(
                        "templates/" + release + "-" + name, folder -> initialise(folder.resolve("data"), password));
                FileTree.copy(template.resolve("data"), target);
            }
            case ClusterIdentity.StandbyOf(Path data) -> {
                FileTree.copy(data, target);
                Files.createFile(target.resolve("standby.signal"));
            }
            case ClusterIdentity.Own _ -> initialise(target, password);
        }
    }

    private void initialise(Path data, String password) throws IOException {
        Files.createDirectories(data);
        Path parent = data.toAbsolutePath().getParent();
        if (parent != null) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        launcher.user().own(data);
        Path passwordFile = Files.createTempFile(cache.root(), "password", "");
        try {
            Files.writeString(passwordFile, password + "\n");
            launcher.user().own(passwordFile);
            launcher.run(
                    List.of(
                            program("initdb").toString(),
                            "--pgdata=" + data,
                            "--username=" + SUPERUSER,
                            "--pwfile=" + passwordFile,
                            "--auth=" + (modern ? "scram-sha-256" : "md5"),
                            "--encoding=UTF8",
                            "--no-locale",
                            "-N"),
                    INITDB_SECONDS);
            if (!modern) {
                Files.writeString(
                        data.resolve("pg_hba.conf"),
                        "host replication all 127.0.0.1/32 md5\n",
                        StandardOpenOption.APPEND);
            }
        } finally {
            Files.delete(passwordFile);
        }
    }
}
