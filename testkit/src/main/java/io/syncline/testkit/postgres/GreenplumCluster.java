package io.syncline.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

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

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, user, password);
    }
}
