package io.syncline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A PostgreSQL server of a chosen version on 127.0.0.1, with password authentication (scram-sha-256; md5 before 10), database encoding UTF8 and collation C.
 * It keeps its port and its data over restarts and crashes, and loses both when it is closed or the JVM ends.
 */
public final class PostgresServer implements AutoCloseable {

    /** The superuser. */
    public static final String USER = PostgresInstallation.SUPERUSER;

    /** The superuser's password. It protects nothing but proves that clients send one. */
    public static final String PASSWORD = "embedded-postgres";

    private static final String SETTINGS_FILE = "syncline.conf";

    private final EmbeddedRuntime runtime;
    private final PostgresInstallation installation;
    private final PortLease lease;
    private final Path folder;
    private final Map<String, String> settings;
    private @Nullable Postmaster postmaster;
    private boolean closed;

    private PostgresServer(PostgresServerBuilder builder, EmbeddedRuntime runtime) throws IOException {
        this.runtime = runtime;
        this.installation = runtime.installation(builder.version());
        this.lease = builder.lease();
        this.folder = runtime.runFolder().forServer(builder.version());
        this.settings = new LinkedHashMap<>(builder.settings());
        settings.put("port", Integer.toString(lease.port()));
    }

    /**
     * Describes a server to start.
     *
     * @param version a major version such as {@code 17}, or a release such as {@code 17.11}
     */
    public static PostgresServerBuilder builder(String version) {
        return new PostgresServerBuilder(version);
    }

    static PostgresServer create(PostgresServerBuilder builder) {
        PostgresServer server = prepare(builder, EmbeddedRuntime.instance());
        boolean started = false;
        try {
            server.installation.createCluster(builder.identity(), server.dataDirectory(), PASSWORD);
            Files.writeString(
                    server.dataDirectory().resolve("postgresql.conf"),
                    "\ninclude '" + SETTINGS_FILE + "'\n",
                    StandardOpenOption.APPEND);
            server.start();
            started = true;
            return server;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The cluster of PostgreSQL " + builder.version() + " could not be made.", e);
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    private static PostgresServer prepare(PostgresServerBuilder builder, EmbeddedRuntime runtime) {
        try {
            PostgresServer server = new PostgresServer(builder, runtime);
            runtime.opened(server);
            return server;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("No folder for the data of a server could be made.", e);
        }
    }

    /** The host, always 127.0.0.1. */
    public String host() {
        return "127.0.0.1";
    }

    /** The TCP port, the same over restarts. */
    public int port() {
        return lease.port();
    }

    /** The JDBC URL of a database, without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
    }

    /** Connects as the superuser. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), USER, PASSWORD);
    }

    /** Creates an empty database. */
    public void createDatabase(String name) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE "
                    + connection.unwrap(PGConnection.class).escapeIdentifier(name) + " TEMPLATE template0");
        } catch (SQLException e) {
            throw new EmbeddedPostgresException("The database " + name + " could not be created.", e);
        }
    }

    /** The folder that the server's data lies in. */
    public Path dataDirectory() {
        return RunFolder.data(folder);
    }

    /** The file with everything that the server has logged since its first start. */
    public Path log() {
        return folder.resolve("server.log");
    }

    /** The process id of the postmaster; another one after each start. */
    public synchronized long pid() {
        return running().pid();
    }

    /** Whether the postmaster lives, even when it is paused. */
    public synchronized boolean isRunning() {
        return postmaster != null && postmaster.isAlive();
    }

    /** Changes a setting of postgresql.conf; it counts after {@link #reload()} or, where PostgreSQL wants it, the next start. */
    public synchronized void configure(String setting, String value) {
        settings.put(setting, value);
        writeSettings();
    }

    /** Lets the server read its settings again. It answers with them a moment later. */
    public synchronized void reload() {
        Signal.HUP.send(running().pid());
    }

    /** Starts a server that was stopped or has crashed, and waits until it accepts connections. */
    public synchronized void start() {
        if (closed || isRunning()) {
            throw new IllegalStateException("the server is " + (closed ? "closed" : "running"));
        }
        writeSettings();
        postmaster = Postmaster.start(installation, runtime.launcher(), dataDirectory(), log());
    }

    /** Stops the server and waits for its end. */
    public synchronized void stop(ShutdownMode mode) {
        running().stop(mode);
    }

    /** Stops and starts the server. */
    public synchronized void restart(ShutdownMode mode) {
        stop(mode);
        start();
    }

    /** Ends all of the server's processes with SIGKILL; {@link #start()} recovers. */
    public synchronized void crash() {
        running().kill();
    }

    /** Lets all of the server's processes stand still: it accepts connections (the kernel does) and never answers. */
    public synchronized void pause() {
        running().pause();
    }

    /** Lets a paused server go on. */
    public synchronized void resume() {
        running().resume();
    }

    /** Ends the server, running or not, and deletes its data. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (postmaster != null && postmaster.isAlive()) {
            postmaster.resume();
            postmaster.stop(ShutdownMode.IMMEDIATE);
        }
        lease.close();
        runtime.closed(this);
        try {
            FileTree.delete(folder);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The data of the server in " + folder + " could not be deleted.", e);
        }
    }

    private Postmaster running() {
        if (postmaster == null || !postmaster.isAlive()) {
            throw new IllegalStateException("the server is not running");
        }
        return postmaster;
    }

    private void writeSettings() {
        String text = settings.entrySet().stream()
                .map(entry -> entry.getKey() + " = '"
                        + entry.getValue().replace("\\", "\\\\").replace("'", "''") + "'\n")
                .collect(Collectors.joining());
        try {
            Path file = dataDirectory().resolve(SETTINGS_FILE);
            Files.writeString(file, text);
            runtime.launcher().user().own(file);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The settings in " + dataDirectory() + " could not be written.", e);
        }
    }
}
