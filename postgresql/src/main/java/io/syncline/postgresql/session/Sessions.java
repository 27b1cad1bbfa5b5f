package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.tunnel.Tunnel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;

/**
 * Opens the sessions of one end. Every session has the same pinned settings, asserted by asking the server (T47), and is ended when this is closed. Thread-safe.
 */
public final class Sessions implements AutoCloseable {

    /** For the connection, and then for each answer until the session is ours. Later answers may take any time. */
    private static final int CONNECT_SECONDS = 10;

    /** By it a segment of Greenplum 7 lets in others than its coordinator (Greenplum documentation, gp_role). */
    private static final String UTILITY = "-c gp_role=utility";

    private final Side side;
    private final ConnectionOptions connection;
    private final SessionOptions options;
    private final String startup;
    private final SqlErrors errors;
    private final Optional<Tunnel> tunnel;
    private final List<Connection> open = new ArrayList<>();
    private final Set<OpeningSockets> opening = new HashSet<>();
    private @Nullable Connection spare;
    private boolean closed;
    private @Nullable ServerSystem system;

    public Sessions(Side side, ConnectionOptions connection, SessionOptions options) {
        this(side, connection, options, "");
    }

    /** @param startup options that each session starts with, as on the server's command line */
    private Sessions(Side side, ConnectionOptions connection, SessionOptions options, String startup) {
        this.side = side;
        this.connection = connection;
        this.options = options;
        this.startup = startup;
        this.errors = new SqlErrors(side, connection.address());
        this.tunnel = connection.tunnel().map(way -> new Tunnel(way, Duration.ofSeconds(CONNECT_SECONDS)));
    }

    /** Sessions of a segment alone, of the cluster whose coordinator these speak to. To be closed by whoever asked for them. */
    public Sessions ofSegment(ServerHost segment) {
        return new Sessions(side, connection.at(segment), options, UTILITY);
    }

    /** Whether what these send goes on to the segments of a cluster. */
    public boolean isOfCoordinator() {
        return dialect().isDistributed() && !startup.equals(UTILITY);
    }

    public Side side() {
        return side;
    }

    public ConnectionOptions connection() {
        return connection;
    }

    public SessionOptions options() {
        return options;
    }

    public SqlErrors errors() {
        return errors;
    }

    /**
     * Opens a session for SQL, in autocommit.
     *
     * @param purpose a word or two that pg_stat_activity shows behind our application name
     * @throws SyncException SOURCE_UNREACHABLE or DESTINATION_UNREACHABLE, AUTHENTICATION, SESSION_SETTINGS
     */
    public Connection open(String purpose) {
        try (OpeningSockets sockets = new OpeningSockets()) {
            return open(purpose, new Properties(), sockets);
        }
    }

    /**
     * A session for short work, in autocommit: the one that was last {@linkplain #giveBack given back} while it still answers, else a new one. Looking around takes
     * many short pieces of work, and each new session a process of the server and a handshake that is slow on purpose (SCRAM).
     *
     * @throws SyncException as {@link #open}
     */
    public Connection borrow(String purpose) {
        Connection session = takeSpare();
        if (session != null && answers(session)) {
            return session;
        }
        end(session);
        return open(purpose);
    }

    /** Work that leaves its session as it found it. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection session) throws SQLException;
    }

    /** Short work in a borrowed session; when it fails, the session ends with it. */
    public <T> T briefly(String purpose, Work<T> work) throws SQLException {
        Connection session = borrow(purpose);
        Connection unfinished = session;
        try {
            T result = work.in(session);
            unfinished = null;
            giveBack(session);
            return result;
        } finally {
            end(unfinished);
        }
    }

    /** Takes back a borrowed session, outside of a transaction and with the settings that it came with. */
    public void giveBack(Connection session) {
        Connection surplus;
        synchronized (this) {
            surplus = closed ? session : spare;
            spare = closed ? null : session;
        }
        end(surplus);
    }

    private synchronized @Nullable Connection takeSpare() {
        Connection session = spare;
        spare = null;
        return session;
    }

    private static boolean answers(Connection session) {
        try {
            return session.isValid(CONNECT_SECONDS);
        } catch (SQLException e) {
            throw new IllegalStateException("the time to wait for an answer is not negative", e);
        }
    }

    /** Opens a session that understands the replication commands (walsender, {@code replication=database}), from 10 on simple SQL too. */
    public Connection openReplication(String purpose) {
        return openStreaming(purpose).connection();
    }

    /** Like {@link #openReplication}, with the socket, on which one can wait for the log's messages. */
    public ReplicationSession openStreaming(String purpose) {
        if (serverVersion() < ServerRelease.MODERN) {
            return openOlderWalsender(purpose, Map.of());
        }
        Properties properties = walsender();
        try (OpeningSockets sockets = new OpeningSockets()) {
            Connection session = open(purpose, properties, sockets);
            return new ReplicationSession(session, sockets.inUse());
        }
    }

    /**
     * A walsender of a server before 10.
     *
     * @param more settings that it starts with besides the pinned ones
     */
    public ReplicationSession openOlderWalsender(String purpose, Map<String, String> more) {
        if (connection.hasSeveralHosts()) {
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    side.word() + " " + connection.address()
                            + ": before PostgreSQL 10 a session that reads the log cannot tell whether its server is the primary",
                    "Name one host, that of the primary.");
        }
        Properties properties = walsender();
        properties.setProperty("ApplicationName", application(purpose));
        ServerSystem walsenders = system();
        WalsenderStart start = new WalsenderStart(side, connection.address(), walsenders.version());
        start.prepare(properties, more);
        try (OpeningSockets sockets = new OpeningSockets()) {
            Connection session = open(properties, sockets, opened -> {
                start.requirePinned(opened);
                return walsenders;
            });
            return new ReplicationSession(session, sockets.inUse());
        }
    }

    private static Properties walsender() {
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        return properties;
    }

    /** {@code server_version_num}, such as 150018. */
    public int serverVersion() {
        return system().version();
    }

    public Dialect dialect() {
        return system().dialect();
    }

    /** What answers, asked once. */
    public ServerSystem system() {
        ServerSystem known = knownSystem();
        if (known == null) {
            giveBack(open("version"));
            known = knownSystem();
        }
        return Objects.requireNonNull(known, "a session that is open is of a system");
    }

    private synchronized @Nullable ServerSystem knownSystem() {
        return system;
    }

    /** The server processes of the sessions that are open now, as pg_stat_activity names them ({@code pid}). */
    public synchronized Set<Integer> processes() throws SQLException {
        Set<Integer> processes = new HashSet<>();
        for (Connection session : open) {
            if (!session.isClosed()) {
                processes.add(session.unwrap(PGConnection.class).getBackendPID());
            }
        }
        return processes;
    }

    public synchronized boolean closed() {
        return closed;
    }

    /** Ends every session, those that are being opened too; blocked calls on them fail. */
    @Override
    public void close() {
        List<Connection> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(open);
            open.clear();
            opening.forEach(OpeningSockets::end);
        }
        for (Connection session : ending) {
            abort(session);
        }
        tunnel.ifPresent(Tunnel::close);
    }

    /** Ends one session; one that is lost already needs no more. */
    public void end(@Nullable Connection session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (SQLException e) {
            abort(session);
        }
    }

    private Connection open(String purpose, Properties properties, OpeningSockets sockets) {
        properties.setProperty("ApplicationName", application(purpose));
        return open(properties, sockets, new SessionPins(side, connection.address(), options.searchPath())::pin);
    }

    /** Pins a session's settings, or asserts that they are pinned, and tells what the server is. */
    @FunctionalInterface
    private interface Pinning {
        ServerSystem of(Connection session) throws SQLException;
    }

    private Connection open(Properties properties, OpeningSockets sockets, Pinning pins) {
        properties.setProperty("user", connection.user());
        Secret password = connection.password();
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        properties.setProperty("assumeMinServerVersion", "9.4");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        // The driver keeps statements that were closed, with their plans at the server, and statement lists hold
        // several (T41).
        properties.setProperty("preparedStatementCacheQueries", "32");
        properties.setProperty("socketFactory", SessionSocketFactory.class.getName());
        properties.setProperty("sslmode", connection.tls().mode().word());
        properties.setProperty("sslfactory", SessionTlsFactory.class.getName());
        properties.setProperty("gssEncMode", "disable");
        if (!startup.isEmpty()) {
            properties.setProperty("options", startup);
        }
        if (connection.hasSeveralHosts()) {
            properties.setProperty("targetServerType", "primary");
            // What was a primary a moment ago may be none now.
            properties.setProperty("hostRecheckSeconds", "0");
            // By it the driver tells a primary from a standby, whatever the role's own setting.
            properties.setProperty("options", "-c default_transaction_read_only=off");
        }
        String url = connection.url();
        SSLSocketFactory encryption = new TlsSockets(side, connection.tls()).factory();
        Connection session = null;
        try {
            session = ScopedValue.where(SessionSocketFactory.MADE, sockets::opened)
                    .where(SessionSocketFactory.WAY, way())
                    .where(SessionTlsFactory.CHOSEN, encryption)
                    .call(() -> new Driver().connect(url, properties));
            if (session == null) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the driver does not take " + connection.address(),
                        "Report this address.");
            }
            ServerSystem answering = pins.of(session);
            session.setNetworkTimeout(Runnable::run, 0);
            register(session, answering);
            return session;
        } catch (SQLException e) {
            abort(session);
            throw new ConnectErrors(errors, connection, CONNECT_SECONDS).of(e);
        } catch (RuntimeException e) {
            abort(session);
            throw e;
        }
    }

    private Way way() {
        return tunnel.<Way>map(through -> server -> through.to((InetSocketAddress) server))
                .orElse(Way.DIRECT);
    }

    private String application(String purpose) {
        String name = options.application() + " " + purpose;
        return name.length() <= 63 ? name : name.substring(0, 63);
    }

    private synchronized void register(Connection session, ServerSystem answering) throws SQLException {
        system = answering;
        if (closed) {
            throw new SyncException(
                    side.unreachable(),
                    side.word() + " " + connection.address() + ": the run is ending",
                    "Start the task again.");
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            if (open.get(i).isClosed()) {
                open.remove(i);
            }
        }
        open.add(session);
    }

    /** The sockets of a session that is being opened: a server that accepts a connection and never answers must not hold up the end of the run (I8). */
    private final class OpeningSockets implements AutoCloseable {

        private @Nullable WaitableSocket last;

        OpeningSockets() {
            synchronized (Sessions.this) {
                opening.add(this);
            }
        }

        void opened(WaitableSocket socket) {
            synchronized (Sessions.this) {
                last = socket;
                if (closed) {
                    end();
                }
            }
        }

        WaitableSocket inUse() {
            return Objects.requireNonNull(last, "the driver's socket");
        }

        void end() {
            try {
                if (last != null) {
                    last.close();
                }
            } catch (IOException e) {
                System.Logger log = System.getLogger(Sessions.class.getName());
                log.log(System.Logger.Level.DEBUG, "a socket could not be closed", e);
            }
        }

        @Override
        public void close() {
            synchronized (Sessions.this) {
                opening.remove(this);
            }
        }
    }

    private static void abort(@Nullable Connection session) {
        if (session == null) {
            return;
        }
        try {
            session.abort(Runnable::run);
        } catch (SQLException e) {
            // The session is as gone as it can be; the failure that led here is the one to tell.
            System.Logger log = System.getLogger(Sessions.class.getName());
            log.log(System.Logger.Level.DEBUG, "a session could not be aborted", e);
        }
    }
}
