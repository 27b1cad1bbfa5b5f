package io.syncline.embedded;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all servers of this JVM share: the launcher, the cache, the folder for their data, and the shutdown hook that ends those that nobody
 * closed. There is one in each JVM, made when the first server is.
 */
final class EmbeddedRuntime {

    private final Launcher launcher;
    private final Cache cache;
    private final RunFolder runFolder;
    private final Map<String, PostgresInstallation> installations = new ConcurrentHashMap<>();
    private final Set<PostgresServer> open = ConcurrentHashMap.newKeySet();

    private EmbeddedRuntime() {
        launcher = new Launcher(ServerUser.detect());
        cache = Cache.open(launcher.user());
        runFolder = RunFolder.open(cache);
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "postgres-shutdown"));
    }

    /** The only one of this JVM. */
    static EmbeddedRuntime instance() {
        return Holder.INSTANCE;
    }

    Launcher launcher() {
        return launcher;
    }

    RunFolder runFolder() {
        return runFolder;
    }

    PostgresInstallation installation(String version) {
        return installations.computeIfAbsent(version, _ -> PostgresInstallation.of(version, cache, launcher));
    }

    void opened(PostgresServer server) {
        open.add(server);
    }

    void closed(PostgresServer server) {
        open.remove(server);
    }

    private void shutDown() {
        open.forEach(PostgresServer::close);
        try {
            runFolder.delete();
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The data of the embedded servers could not be deleted.", e);
        }
    }

    private static final class Holder {
        private static final EmbeddedRuntime INSTANCE = new EmbeddedRuntime();
    }
}
