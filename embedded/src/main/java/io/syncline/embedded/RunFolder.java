package io.syncline.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The folder with the data of this JVM's servers. A file lock that ends with the JVM marks it as in use; the folders of JVMs that died, and
 * a server that outlived one nevertheless, are cleared away by the next JVM.
 */
final class RunFolder {

    private static final String LOCK = "lock";
    private static final String DATA = "data";

    private final Path path;

    /** Held, never read: its end tells other JVMs that this one is gone. */
    @SuppressWarnings("unused")
    private final FileLock inUse;

    private final AtomicInteger servers = new AtomicInteger();

    private RunFolder(Path path, FileLock inUse) {
        this.path = path;
        this.inUse = inUse;
    }

    /** Clears what dead JVMs left and opens the folder of this one. */
    static RunFolder open(Cache cache) {
        Path all = cache.root().resolve("run");
        Path own = all.resolve(ProcessHandle.current().pid() + "-" + System.nanoTime());
        RunFolder[] opened = new RunFolder[1];
        cache.exclusively(() -> {
            createReachable(all);
            try (Stream<Path> folders = Files.list(all)) {
                for (Path folder : folders.toList()) {
                    clearIfDead(folder);
                }
            }
            createReachable(own);
            opened[0] = new RunFolder(own, lock(own).orElseThrow(() -> new IOException("locked by nobody: " + own)));
        });
        return Objects.requireNonNull(opened[0]);
    }

    /** A new, empty folder for one server. */
    Path forServer(String version) throws IOException {
        Path folder = path.resolve(servers.incrementAndGet() + "-" + version);
        createReachable(folder);
        return folder;
    }

    /** Where a server's data directory lies in its folder. */
    static Path data(Path serverFolder) {
        return serverFolder.resolve(DATA);
    }

    /** Deletes the folder when the JVM ends. */
    void delete() throws IOException {
        FileTree.delete(path);
    }

    private static void clearIfDead(Path folder) throws IOException {
        Optional<FileLock> lock;
        try {
            lock = lock(folder);
        } catch (NoSuchFileException e) {
            // Its JVM has ended since the folders were listed, and took it away.
            return;
        }
        if (lock.isEmpty()) {
            return;
        }
        try (FileChannel _ = lock.get().acquiredBy() instanceof FileChannel channel ? channel : null) {
            try (Stream<Path> children = Files.list(folder)) {
                for (Path server : children.filter(Files::isDirectory).toList()) {
                    killLeftover(data(server));
                }
            }
            FileTree.delete(folder);
        }
    }

    private static void killLeftover(Path data) throws IOException {
        Path pidFile = data.resolve(Postmaster.PID_FILE);
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty()) {
            return;
        }
        ProcessHandle.of(Long.parseLong(lines.getFirst().trim()))
                .filter(process -> process.info().commandLine().orElse("").contains(data.toString()))
                .ifPresent(Postmaster::killWithChildren);
    }

    private static Optional<FileLock> lock(Path folder) throws IOException {
        FileChannel file = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock();
        if (lock == null) {
            file.close();
        }
        return Optional.ofNullable(lock);
    }

    private static void createReachable(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
