package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.endtoend.TaskUnderTest.Outcome;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Databases of a test at both servers of a task, under names that no other test uses; what the run makes is dropped with them. */
final class ManyDatabases implements AutoCloseable {

    private final TestDatabase source;
    private final TestDatabase destination;
    private final TaskUnderTest task;
    private final List<String> atSource = new ArrayList<>();
    private final List<String> atDestination = new ArrayList<>();

    /**
     * @param source through which the others are looked up; their names begin with its name
     * @param destination likewise
     */
    ManyDatabases(Path folder, TestDatabase source, TestDatabase destination) {
        this.source = source;
        this.destination = destination;
        this.task = new TaskUnderTest(folder, source, destination);
    }

    TaskUnderTest task() {
        return task;
    }

    /** Makes one at the source. */
    String create(String end) {
        String name = source.name() + end;
        try (Sql sql = source.sql()) {
            sql.execute("CREATE DATABASE " + quoted(name));
        }
        atSource.add(name);
        atDestination.add(name);
        return name;
    }

    /** Where a database of the source goes to, unless it has the same name. */
    String goesTo(String name, String end) {
        String other = destination.name() + end;
        atDestination.set(atSource.indexOf(name), other);
        return other;
    }

    Sql atSource(String name) {
        return open(source, name);
    }

    /** Its copy. */
    Sql atDestination(String name) {
        return open(destination, copyOf(name));
    }

    private String copyOf(String name) {
        return atDestination.get(atSource.indexOf(name));
    }

    /** SQL alone finds no difference. */
    void requireSame() throws SQLException {
        for (String name : atSource) {
            try (Sql left = atSource(name);
                    Sql right = atDestination(name)) {
                Connection here = left.connection();
                assertThat(SqlDigest.differences(here, right.connection(), "public"))
                        .as(name)
                        .isEmpty();
            }
        }
    }

    /** No slot, no publication, no trigger, no ledger, at either end. */
    void requireNothingLeft() {
        for (String name : atSource) {
            try (Sql left = atSource(name);
                    Sql right = atDestination(name)) {
                assertThat(left.value("""
                                SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = current_database())
                                     + (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM pg_event_trigger)
                                     + (SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline')""")).as(name).isEqualTo("0");
                assertThat(right.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                        .as(name)
                        .isEqualTo("0");
            }
        }
    }

    Outcome finish(String word, String... options) {
        return task.finish(word, options);
    }

    private static Sql open(TestDatabase server, String name) {
        PostgresServer at = server.server();
        return Sql.open(() -> at.connect(name));
    }

    @Override
    public void close() {
        drop(source, atSource);
        drop(destination, atDestination);
    }

    private static void drop(TestDatabase server, List<String> names) {
        try (Sql sql = server.sql()) {
            for (String name : names) {
                Await.until("the database " + name + " can be dropped", TaskUnderTest.LIMIT, () -> {
                    sql.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", name);
                    sql.rows(
                            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = ? AND NOT active",
                            name);
                    return sql.number("""
                            SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = ?)
                                 + (SELECT count(*) FROM pg_stat_activity WHERE datname = ?)""", name, name) == 0;
                });
                sql.execute("DROP DATABASE IF EXISTS " + quoted(name));
            }
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
