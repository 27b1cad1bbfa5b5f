package io.syncline.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder with unpacked binaries, template data directories and the data of running servers. It is shared by every JVM of one user:
 * what is expensive is made once, under a lock, and appears at its place by an atomic rename, complete or not at all.
 *
 * @param root the folder; every user can reach it, only its owner can change it
 */
record Cache(Path root) {

    /** System property that names the folder; without it {@code syncline-postgres-UID} below the folder for temporary files is used. */
    static final String FOLDER_PROPERTY = "syncline.postgres.cache";

    private static final Set<PosixFilePermission> REACHABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    /** A file lock is held by a JVM, not by a thread: this one keeps the threads of this JVM apart. */
    private static final ReentrantLock WITHIN_JVM = new ReentrantLock();

    /** Makes what a folder is to hold; the folder exists and is empty. */
    @FunctionalInterface
    interface Maker {
        void fill(Path folder) throws IOException;
    }

    /** What is done exclusively. */
    @FunctionalInterface
    interface Action {
        void perform() throws IOException;
    }

    /** Opens the cache and creates its folder when it is not there. */
    static Cache open(ServerUser user) {
        Path root = chooseRoot(user);
        try {
            Files.createDirectories(root);
            if (!Files.getAttribute(root, "unix:uid").equals(ServerUser.ownNumber())) {
                throw new EmbeddedPostgresException(
                        "The folder " + root + " belongs to another user. Remove it, or name another one with -D"
                                + FOLDER_PROPERTY + "=FOLDER.");
            }
            Files.setPosixFilePermissions(root, REACHABLE);
            return new Cache(root);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The cache folder " + root + " cannot be created.", e);
        }
    }

    /**
     * Gives a folder of the cache and fills it first when no JVM has done so yet.
     *
     * @param name its path below the root
     * @param maker called at most once in the life of the cache, unless it fails
     */
    Path folder(String name, Maker maker) {
        Path place = root.resolve(name);
        if (Files.isDirectory(place)) {
            return place;
        }
        exclusively(() -> {
            if (!Files.isDirectory(place)) {
                make(place, maker);
            }
        });
        return place;
    }

    /** Does something while no other thread and no other JVM does something exclusively. */
    void exclusively(Action action) {
        WITHIN_JVM.lock();
        try (FileChannel file =
                        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            action.perform();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The folder " + root
                            + " could not be changed. Is there room on the disk, and may programs be run from it?",
                    e);
        } finally {
            WITHIN_JVM.unlock();
        }
    }

    private static void make(Path place, Maker maker) throws IOException {
        Path parent = place.getParent();
        if (parent == null) {
            throw new IOException("no folder above " + place);
        }
        Files.createDirectories(parent);
        Files.setPosixFilePermissions(parent, REACHABLE);
        Path unfinished = Files.createTempDirectory(parent, "unfinished-");
        boolean done = false;
        try {
            maker.fill(unfinished);
            Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } finally {
            if (!done) {
                FileTree.delete(unfinished);
            }
        }
    }

    private static Path chooseRoot(ServerUser user) {
        String named = System.getProperty(FOLDER_PROPERTY);
        if (named != null) {
            return Path.of(named).toAbsolutePath();
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        Path reachable = user.isAnother() && !isReachableByAll(temporary) ? Path.of("/var/tmp") : temporary;
        return reachable.resolve("syncline-postgres-" + ServerUser.ownNumber());
    }

    private static boolean isReachableByAll(Path folder) {
        try {
            for (Path step = folder.toRealPath(); step != null; step = step.getParent()) {
                if (!Files.getPosixFilePermissions(step).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException _) {
            return false; // a folder that cannot be looked at is not reachable for an unprivileged user either
        }
    }
}
