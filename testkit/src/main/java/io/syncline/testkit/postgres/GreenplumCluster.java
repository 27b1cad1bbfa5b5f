package io.syncline.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A cluster that somebody has started for the tests: there is none that can be fetched and started by them.
 *
 * @param user a superuser
 * @param password empty where the cluster asks for none
 */
public record GreenplumCluster(String host, int port, String user, String password) {

    /** The variables that hold {@code postgresql://user:password@host:port}, of a cluster of Greenplum 7 and of one of 6. */
    public static final String SEVEN = "SYNCLINE_TEST_GREENPLUM7_URL";

    public static final String SIX = "SYNCLINE_TEST_GREENPLUM6_URL";

    /** Empty when the environment names none. */
    public static Optional<GreenplumCluster> named(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(text -> !text.isBlank())
                .map(URI::create)
                .map(GreenplumCluster::of);
    }

    private static GreenplumCluster of(URI address) {
        String[] account = String.valueOf(address.getUserInfo()).split(":", 2);
        return new GreenplumCluster(
                address.getHost(), address.getPort(), account[0], account.length > 1 ? account[1] : "");
    }

    /** The cluster for one test alone, of whichever process: to be closed at its end. */
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until no other test on this machine has the cluster. */
    public Turn turn() {
        try {
            FileChannel file = FileChannel.open(
                    Path.of(System.getProperty("java.io.tmpdir"), "syncline-cluster-" + port + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            file.lock();
            return () -> {
                try {
                    file.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException("the turn of the cluster at port " + port + " cannot be taken", e);
        }
    }

    /** Makes an empty database in place of one that an earlier test left. */
    public void createDatabase(String name) {
        dropDatabase(name);
        try (Sql sql = Sql.open(() -> connect("postgres"))) {
            sql.execute("CREATE DATABASE " + name + " TEMPLATE template0");
        }
    }

    public void dropDatabase(String name) {
        try (Sql sql = Sql.open(() -> connect("postgres"))) {
            sql.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()",
                    name);
            sql.execute("DROP DATABASE IF EXISTS " + name);
        }
    }

    /** The content ids of its segments. */
    public List<Integer> segments() {
        try (Sql sql = Sql.open(() -> connect("postgres"))) {
            return sql
                    .rows(
                            "SELECT content FROM gp_segment_configuration WHERE role = 'p' AND content >= 0 ORDER BY content")
                    .stream()
                    .map(row -> Integer.valueOf(row.getFirst()))
                    .toList();
        }
    }

    /** By segment, in the order of their content ids, some numbers whose rows lie there when a table is distributed by them. */
    public List<List<Integer>> places(Sql sql) {
        sql.execute(
                "CREATE TEMP TABLE places AS SELECT g AS place FROM generate_series(1, 100) g DISTRIBUTED BY (place)");
        List<List<Integer>> places = new ArrayList<>();
        for (int content : segments()) {
            places.add(sql.rows("SELECT place FROM places WHERE gp_segment_id = " + content + " ORDER BY 1").stream()
                    .map(row -> Integer.valueOf(row.getFirst()))
                    .toList());
        }
        sql.execute("DROP TABLE places");
        return places;
    }

    /** A session with one segment alone (7.0.0, gp_role): it sees what lies there, and nothing that it writes is told the others. */
    public Connection connectToSegment(String database, int content) throws SQLException {
        try (Connection coordinator = connect("postgres");
                Statement statement = coordinator.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT address, port FROM gp_segment_configuration WHERE role = 'p' AND content = "
                                + content)) {
            row.next();
            Properties properties = new Properties();
            properties.setProperty("user", user);
            properties.setProperty("password", password);
            properties.setProperty("options", "-c gp_role=utility");
            return DriverManager.getConnection(
                    "jdbc:postgresql://" + row.getString(1) + ":" + row.getInt(2) + "/" + database, properties);
        }
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, user, password);
    }
}
