package io.syncline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's user that the server's programs run as, and how they are launched. PostgreSQL refuses to run as root, so root hands
 * them to an unprivileged user; everybody else runs them as themselves.
 *
 * <p>The programs get a session of their own, so that Ctrl-C at a terminal reaches the JVM alone. Where {@code setpriv} can do it, the kernel
 * sends them SIGQUIT (PostgreSQL's immediate stop) when the thread that launched them ends: no server survives a JVM that is killed.
 *
 * @param launcher what stands before a program and its arguments
 * @param owner to whom the folders must belong in which the programs write; null when what this JVM creates is theirs already
 */
record ServerUser(List<String> launcher, @Nullable Owner owner) {

    private static final String SESSION = "setsid";
    private static final String SETPRIV = "setpriv";
    private static final String DIE_WITH_PARENT = "--pdeathsig=QUIT";
    private static final Path USERS = Path.of("/etc/passwd");
    private static final int ROOT = 0;
    private static final int OVERFLOW = 65_534;

    /** A user and a group by their numbers. */
    record Owner(int uid, int gid) {}

    /** Finds out, by trying, how programs can be launched here. */
    static ServerUser detect() {
        return (ownNumber() == ROOT ? asRoot() : asOrdinaryUser())
                .filter(ServerUser::works)
                .findFirst()
                .orElseThrow(() -> new EmbeddedPostgresException(
                        "PostgreSQL refuses to run as root, and neither setpriv nor unshare (Debian package util-linux)"
                                + " can start it as another user here. Run as a user that is not root."));
    }

    /** The number of the user that runs this JVM. */
    static int ownNumber() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The number of this user cannot be read from /proc/self.", e);
        }
    }

    /** The command line that runs {@code command} as this user. */
    List<String> command(List<String> command) {
        return Stream.concat(launcher.stream(), command.stream()).toList();
    }

    /** Gives an empty folder to this user. */
    void own(Path folder) throws IOException {
        if (owner != null) {
            Files.setAttribute(folder, "unix:uid", owner.uid());
            Files.setAttribute(folder, "unix:gid", owner.gid());
        }
    }

    /** Whether the programs run as another user than this JVM, so that they must be able to reach every folder on their way. */
    boolean isAnother() {
        return owner != null;
    }

    private static Stream<ServerUser> asRoot() {
        Owner nobody = nobody();
        return Stream.of(
                new ServerUser(
                        List.of(
                                SESSION,
                                SETPRIV,
                                "--reuid=" + nobody.uid(),
                                "--regid=" + nobody.gid(),
                                "--clear-groups",
                                DIE_WITH_PARENT),
                        nobody),
                // in a namespace of its own root is not root, and root's files appear as the server's own
                new ServerUser(List.of(SESSION, "unshare", "--user"), null));
    }

    private static Stream<ServerUser> asOrdinaryUser() {
        return Stream.of(
                new ServerUser(List.of(SESSION, SETPRIV, DIE_WITH_PARENT), null),
                new ServerUser(List.of(SESSION), null),
                new ServerUser(List.of(), null));
    }

    /** The user nobody; initdb insists on a user that /etc/passwd names. */
    private static Owner nobody() {
        try (Stream<String> lines = Files.lines(USERS)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4 && fields[0].equals("nobody"))
                    .findFirst()
                    .map(fields -> new Owner(Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .orElse(new Owner(OVERFLOW, OVERFLOW));
        } catch (IOException e) {
            throw new EmbeddedPostgresException(USERS + " cannot be read to find an unprivileged user.", e);
        }
    }

    private boolean works() {
        try {
            return new ProcessBuilder(command(List.of("true")))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false; // the launcher is not installed: the next candidate is tried
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while looking for a way to run PostgreSQL.", e);
        }
    }
}
