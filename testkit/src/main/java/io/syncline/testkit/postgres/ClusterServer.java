package io.syncline.testkit.postgres;

import io.syncline.embedded.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One server of a cluster that runs on this machine: it can be stopped without warning, and started again as it was. Only of a cluster whose owner has said that tests may
 * ({@link #MAY_STOP}).
 */
public final class ClusterServer {

    /** The variable that says, with {@code yes}, that the servers of the named clusters may be stopped. */
    public static final String MAY_STOP = "SYNCLINE_TEST_GREENPLUM_STOPS";

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int ROOT = 0;

    private final int content;
    private final int port;
    private final String user;
    private final String utility;
    private final long pid;
    private final Path folder;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int owner;
    private final int group;

    /** @param utility the setting with which a session speaks to a segment alone */
    private ClusterServer(int content, int port, String user, String utility, Path folder) throws IOException {
        this.content = content;
        this.port = port;
        this.user = user;
        this.utility = utility;
        this.pid = postmaster(folder);
        this.folder = folder;
        Path process = Path.of("/proc", Long.toString(pid));
        this.command = words(process.resolve("cmdline"));
        this.environment = new TreeMap<>();
        words(process.resolve("environ")).forEach(variable -> {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        });
        this.owner = (Integer) Files.getAttribute(folder, "unix:uid");
        this.group = (Integer) Files.getAttribute(folder, "unix:gid");
    }

    public static boolean mayStop() {
        return "yes".equals(System.getenv(MAY_STOP));
    }

    /**
     * By content id; -1 is the coordinator.
     *
     * @throws AssertionError when one of them is not up
     */
    public static Map<Integer, ClusterServer> of(GreenplumCluster cluster) {
        Map<Integer, ClusterServer> servers = new TreeMap<>();
        try (Sql sql = Sql.open(() -> cluster.connect("postgres"))) {
            List<String> down = sql.column("SELECT content FROM gp_segment_configuration WHERE status <> 'u'");
            if (!down.isEmpty()) {
                throw new AssertionError("servers of the cluster are down before the test: " + down);
            }
            // The setting has another name in Greenplum 6, which pg_settings keeps to itself.
            String utility = sql.value(
                            "SELECT CASE WHEN version() LIKE '%Greenplum Database 6.%' THEN 'gp_session_role' ELSE 'gp_role' END")
                    + "=utility";
            for (List<String> row : sql.rows(
                    "SELECT content, port, datadir FROM gp_segment_configuration WHERE role = 'p' AND address IN ('127.0.0.1', 'localhost')")) {
                int content = Integer.parseInt(row.get(0));
                servers.put(
                        content,
                        new ClusterServer(
                                content, Integer.parseInt(row.get(1)), cluster.user(), utility, Path.of(row.get(2))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster's servers do not run on this machine as one can see", e);
        }
        return servers;
    }

    /** At once, with all sessions, and without a checkpoint: it recovers at its next start. */
    public void stop() {
        end(Signal.QUIT);
    }

    /** As {@link #stop}, without a word to its own processes. */
    public void kill() {
        end(Signal.KILL);
    }

    private void end(Signal signal) {
        try {
            long running = postmaster(folder);
            if (!signal.send(running)) {
                throw new AssertionError("server " + content + " was gone before " + signal);
            }
            Await.until(
                    "server " + content + " has ended",
                    LIMIT,
                    () -> ProcessHandle.of(running)
                            .filter(ProcessHandle::isAlive)
                            .isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException("server " + content + " does not run", e);
        }
    }

    /** With the words and the environment that it was found with; returns when it answers. A server that ends while it starts is started once more. */
    public void start() {
        List<String> said = new ArrayList<>();
        for (int attempt = 1; attempt <= 2; attempt++) {
            Path output = output();
            Process process = launch(output);
            Await.until("server " + content + " answers, or ends", LIMIT, () -> answers() || !process.isAlive());
            if (answers()) {
                return;
            }
            said.add(read(output));
        }
        throw new AssertionError("server " + content + " does not start: " + String.join("\n", said));
    }

    private static Path output() {
        try {
            Path output = Files.createTempFile("syncline-cluster-server", ".log");
            output.toFile().deleteOnExit();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch(Path output) {
        List<String> words = new ArrayList<>();
        try {
            if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == ROOT) {
                words.addAll(List.of("setsid", "setpriv", "--reuid=" + owner, "--regid=" + group, "--clear-groups"));
            }
            words.addAll(command);
            ProcessBuilder process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            process.environment().clear();
            process.environment().putAll(environment);
            return process.start();
        } catch (IOException e) {
            throw new UncheckedIOException("server " + content + " does not start", e);
        }
    }

    private boolean answers() {
        String options = content < 0 ? "" : "?options=-c%20" + utility;
        try (Connection connection =
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres" + options, user, "")) {
            return connection.isValid(1);
        } catch (SQLException _) {
            return false; // it is still starting
        }
    }

    /** A server that was killed leaves its file behind, and the number in it may be another process's by now: a postmaster's words name its folder. */
    private static long postmaster(Path folder) throws IOException {
        String pid =
                Files.readAllLines(folder.resolve("postmaster.pid")).getFirst().strip();
        if (!words(Path.of("/proc", pid, "cmdline")).contains(folder.toString())) {
            throw new IOException("process " + pid + " is no server of " + folder);
        }
        return Long.parseLong(pid);
    }

    private static List<String> words(Path file) throws IOException {
        return List.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0"));
    }

    @Override
    public String toString() {
        return (content < 0 ? "coordinator" : "segment " + content) + ", first seen as process " + pid;
    }
}
