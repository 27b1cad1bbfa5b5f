package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code footprint} and {@code explain} say of the source, held against the source's own log of a whole task. */
class FootprintTest {

    private static final Pattern LOGGED = Pattern.compile(
            "^@([^@]*)@LOG: {2}(?:statement|execute [^:]*|received replication command): (.*)$", Pattern.DOTALL);

    private static final Pattern CALL = Pattern.compile("\\b([a-z_0-9]+)\\(");

    /** Volatile by their declaration, because they look at the server's present state, at clocks, or at files' sizes. */
    private static final Set<String> LOOKS = Set.of(
            "clock_timestamp",
            "pg_control_checkpoint",
            "pg_control_system",
            "pg_current_wal_flush_lsn",
            "pg_current_wal_insert_lsn",
            "pg_current_wal_lsn",
            "pg_database_size",
            "pg_is_in_recovery",
            "pg_relation_size",
            "pg_table_size",
            "random");

    @Test
    void everyStatementAtTheSourceIsListedAndPlanned(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.builder("17").logical().start();
                TestDatabase source = TestDatabase.create(server);
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            sql.execute("""
                    CREATE TABLE customer (id int PRIMARY KEY, name varchar(20), note text);
                    CREATE TABLE visit (customer int REFERENCES customer, at timestamptz);
                    INSERT INTO customer SELECT g, 'name ' || g, repeat('x', 3000) FROM generate_series(1, 500) g;
                    INSERT INTO visit SELECT g, now() FROM generate_series(1, 500) g;
                    ANALYZE""");
            log(server, sql);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);

            List<String> forms = told(task, "footprint", "footprint");
            List<String> planned = task.finish("explain", "--json").requireCode(0).stdout().stream()
                    .map(FootprintTest::json)
                    .filter(line -> line.path("end").asText().equals("source"))
                    .map(line -> line.path("statement").asText())
                    .toList();
            assertThat(sql.value("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
            assertThat(sql.value("SELECT count(*) FROM pg_publication")).isEqualTo("0");
            try (Sql there = destination.sql()) {
                assertThat(there.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                        .isEqualTo("0");
            }

            task.finish("test").requireCode(0);
            task.finish("grants").requireCode(0);
            task.finish("run", "--until", "caught-up").requireCode(0);
            String slot = sql.value("SELECT slot_name FROM pg_replication_slots");
            String id = slot.substring(slot.length() - 8);
            sql.execute("UPDATE customer SET name = 'new' WHERE id < 10; DELETE FROM visit WHERE customer < 5");
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);

            Set<String> run = statements(server);
            assertThat(planned)
                    .hasSizeGreaterThan(3)
                    .allSatisfy(statement -> assertThat(run).contains(statement.replace("xxxxxxxx", id)));
            Set<String> acting = acting(sql);
            List<Pattern> patterns = forms.stream().map(FootprintTest::pattern).toList();
            assertThat(run).hasSizeGreaterThan(20).allSatisfy(statement -> {
                List<String> matching = new ArrayList<>();
                for (int i = 0; i < forms.size(); i++) {
                    if (patterns.get(i).matcher(statement).matches()) {
                        matching.add(forms.get(i));
                    }
                }
                assertThat(matching).as("forms of: " + statement).isNotEmpty();
                for (String function : calls(statement)) {
                    if (acting.contains(function)) {
                        assertThat(matching)
                                .as("forms of: " + statement)
                                .anyMatch(form -> form.contains(function + "("));
                    }
                }
            });
        }
    }

    private static void log(PostgresServer server, Sql sql) {
        server.configure("log_statement", "all");
        server.configure("log_replication_commands", "on");
        server.configure("log_line_prefix", "@%a@");
        server.reload();
        sql.await("SHOW log_line_prefix", "@%a@", Duration.ofSeconds(20));
    }

    /** Of sessions of ours, each once. A statement's further lines begin with a tab. */
    private static Set<String> statements(PostgresServer server) throws IOException {
        Set<String> statements = new LinkedHashSet<>();
        String log = Files.readString(server.log());
        for (String entry : log.split("\\R(?!\\t)", -1)) {
            Matcher logged = LOGGED.matcher(entry.replaceAll("\\R\\t", "\n"));
            if (logged.matches() && logged.group(1).startsWith("syncline ")) {
                statements.add(logged.group(2).strip());
            }
        }
        // By an empty one the driver looks whether a session still answers.
        statements.remove("");
        return statements;
    }

    private static List<String> told(TaskUnderTest task, String command, String event) {
        return task.finish(command, "--json").requireCode(0).stdout().stream()
                .map(FootprintTest::json)
                .filter(line -> line.path("event").asText().equals(event))
                .map(line -> line.path("statement").asText())
                .toList();
    }

    private static Set<String> acting(Sql sql) {
        Set<String> names = new HashSet<>(sql.column("SELECT proname FROM pg_proc WHERE provolatile = 'v'"));
        names.removeAll(LOOKS);
        return names;
    }

    private static Set<String> calls(String statement) {
        return CALL.matcher(statement).results().map(call -> call.group(1)).collect(Collectors.toSet());
    }

    private static Pattern pattern(String form) {
        String regex = Stream.of(form.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static JsonNode json(String line) {
        try {
            return new JsonMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }
}
