package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are not what a task expects: told with a right exit code and plain words, or it simply works; never a stack trace. */
class OddServerTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')";

    private TestDatabase source;
    private TestDatabase destination;
    private TaskUnderTest task;

    @BeforeEach
    void databases(@TempDir Path folder) {
        source = SharedPostgres.sourceDatabase("17");
        destination = SharedPostgres.destinationDatabase("17");
        try (Sql sql = source.sql()) {
            sql.execute(TABLE);
        }
        task = new TaskUnderTest(folder, source, destination);
    }

    @AfterEach
    void drop() {
        source.close();
        destination.close();
    }

    @Test
    void aDatabaseThatDoesNotExist() {
        String text = told(
                task.edited(file -> file.replace("\"" + source.name() + "\"", "\"no such database\""))
                        .finish("run"),
                3);
        assertThat(text).contains("no such database").contains("Check the database's name");
    }

    @Test
    void aServerWithoutTlsWhenTheTaskDemandsIt() {
        String text = told(
                task.edited(file -> file.replaceFirst("postgresql, host", "postgresql, tls: require, host"))
                        .finish("run"),
                3);
        assertThat(text).contains("FAILED  source-connection").contains("tls (now require)");
    }

    @Tag("slow")
    @Test
    void aServerThatDemandsTlsWhenTheTaskForbidsIt() throws IOException {
        try (PostgresServer server = PostgresServer.builder("17").logical().start();
                TestDatabase other = TestDatabase.create(server)) {
            Path rules = server.dataDirectory().resolve("pg_hba.conf");
            String before = Files.readString(rules);
            Files.writeString(
                    rules, "hostssl " + other.name() + " all all scram-sha-256\nhost postgres all all scram-sha-256\n");
            server.restart(ShutdownMode.FAST);
            String text = told(
                    task.edited(file -> file.replaceFirst(
                                    "port: \\d+, database: \"[^\"]*\"",
                                    "tls: disable, port: " + server.port() + ", database: " + other.name()))
                            .finish("run"),
                    3);
            assertThat(text).contains("no encryption").contains("set tls: require");
            Files.writeString(rules, before);
            server.restart(ShutdownMode.FAST);
        }
    }

    /** As a pooler or a load balancer without a server behind it does. */
    @Test
    void anEndpointThatClosesEveryConnection() throws IOException {
        try (Endpoint endpoint = Endpoint.answering(new byte[0])) {
            String text = told(task.sourcePort(endpoint.port()).finish("run"), 3);
            assertThat(text).contains("FAILED  source-connection").contains("closed before a server said a word");
        }
    }

    @Test
    void anEndpointThatSpeaksHttp() throws IOException {
        byte[] answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Endpoint endpoint = Endpoint.answering(answer)) {
            String text = told(task.destinationPort(endpoint.port()).finish("run"), 3);
            assertThat(text).contains("FAILED  destination-connection").contains("PostgreSQL");
        }
    }

    /** Each new look waits for as long as a connection may take. */
    @Tag("slow")
    @Test
    void anEndpointThatNeverAnswers() throws IOException {
        try (Endpoint endpoint = Endpoint.silent()) {
            String text = told(task.sourcePort(endpoint.port()).finish("run"), 3);
            assertThat(text).contains("FAILED  source-connection").contains("did not answer");
        }
    }

    @Tag("slow")
    @Test
    void aStandbyAsDestination() throws IOException {
        try (PostgresServer server =
                PostgresServer.builder("17").logical().identity("destination").start()) {
            TestDatabase standby = TestDatabase.create(server);
            server.stop(ShutdownMode.FAST);
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.start();
            String text = told(
                    task.edited(file -> file.replace(
                                            "port: " + destination.server().port(), "port: " + server.port())
                                    .replace("\"" + destination.name() + "\"", standby.name()))
                            .finish("run"),
                    3);
            assertThat(text).contains("FAILED  destination-primary").contains("standby");
        }
    }

    @Tag("slow")
    @Test
    void noReplicationSlotIsFree() {
        try (PostgresServer server = PostgresServer.builder("17")
                        .logical()
                        .setting("max_replication_slots", "1")
                        .start();
                TestDatabase full = TestDatabase.create(server);
                Sql sql = full.sql()) {
            sql.execute(TABLE);
            sql.rows("SELECT pg_create_physical_replication_slot('taken')");
            String text = told(
                    task.edited(file -> file.replace("port: " + source.server().port(), "port: " + server.port())
                                    .replace("\"" + source.name() + "\"", full.name()))
                            .finish("run"),
                    3);
            assertThat(text)
                    .contains("FAILED  source-replication-slots")
                    .contains("ALTER SYSTEM SET max_replication_slots = 3;");
            sql.rows("SELECT pg_drop_replication_slot('taken')");
        }
    }

    /** The sessions pin what they need. */
    @Test
    void settingsOfTheRolesDoNotMatter() throws Exception {
        String settings =
                "ALTER ROLE %r SUPERUSER; ALTER ROLE %r SET statement_timeout = 250; ALTER ROLE %r SET default_transaction_read_only = on;"
                        + " ALTER ROLE %r SET lock_timeout = 1; ALTER ROLE %r SET idle_in_transaction_session_timeout = 1;"
                        + " ALTER ROLE %r SET datestyle = 'German'; ALTER ROLE %r SET search_path = nowhere";
        try (Role reader = Role.create(source, "reader", settings);
                Role writer = Role.create(destination, "writer", settings);
                Sql sql = source.sql()) {
            task.sourceAccount(reader.name(), Role.PASSWORD)
                    .destinationAccount(writer.name(), Role.PASSWORD)
                    .requireSameAfterCatchingUp();
            sql.execute("INSERT INTO t SELECT n, 'x' FROM generate_series(2, 100000) n");
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);
        }
    }

    /** A real full disk cannot be had here; a constraint raises what the server would say. The run waits for room, and goes on when there is some. */
    @Test
    void theDestinationsDiskIsFull() throws Exception {
        try (Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute("INSERT INTO t SELECT n, 'x' FROM generate_series(2, 5000) n");
            to.execute("""
                    CREATE SCHEMA disk; CREATE TABLE disk.room (rows int); INSERT INTO disk.room VALUES (1000);
                    CREATE FUNCTION disk.fits(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                      IF id > (SELECT rows FROM disk.room) THEN
                        RAISE 'could not extend file "base/5/16384": No space left on device' USING ERRCODE = '53100';
                      END IF;
                      RETURN true; END $$;
                    CREATE TABLE t (id int PRIMARY KEY CHECK (disk.fits(id)), v text)""");
            task.stages("[full]");
            try (var run = task.command("run").start()) {
                String told = run.awaitLine("retrying", TaskUnderTest.LIMIT);
                assertThat(told).contains("No space left on device").contains("DISK_FULL");
                to.execute("UPDATE disk.room SET rows = 1000000");
                TaskUnderTest.Outcome outcome =
                        new TaskUnderTest.Outcome(run.awaitExit(TaskUnderTest.LIMIT), run.stdout(), run.stderr());
                outcome.requireCode(0).requireNoTrace();
            }
            task.requireSame();
        }
    }

    private static String told(TaskUnderTest.Outcome outcome, int code) {
        return outcome.requireCode(code).requireNoTrace().text();
    }
}
