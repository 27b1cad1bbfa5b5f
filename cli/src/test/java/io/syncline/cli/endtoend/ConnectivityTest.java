package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.Direction;
import io.syncline.testkit.proxy.FaultProxy;
import io.syncline.testkit.proxy.TransactionPooler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code test}: what is told of ends that can be used, and of those that cannot. */
class ConnectivityTest {

    private static final Duration WAY = Duration.ofMillis(30);

    private TestDatabase source;
    private TestDatabase destination;
    private TaskUnderTest task;

    @BeforeEach
    void databases(@TempDir Path folder) {
        source = SharedPostgres.sourceDatabase("17");
        destination = SharedPostgres.destinationDatabase("17");
        task = new TaskUnderTest(folder, source, destination);
    }

    @AfterEach
    void drop() {
        source.close();
        destination.close();
    }

    @Test
    void bothEndsAreMeasuredAndNothingIsMade() {
        try (FaultProxy proxy = FaultProxy.to(source.server())) {
            proxy.delay(Direction.TO_CLIENT, WAY);
            List<JsonNode> told =
                    told(task.sourcePort(proxy.port()).finish("test", "--json").requireCode(0));

            assertThat(told).hasSize(3);
            JsonNode from = told.getFirst();
            assertThat(from.path("end").asText()).isEqualTo("source");
            assertThat(from.path("roundTripSeconds").asDouble()).isBetween(0.03, 5.0);
            JsonNode to = told.get(1);
            assertThat(to.path("end").asText()).isEqualTo("destination");
            for (JsonNode end : List.of(from, to)) {
                assertThat(end.path("reached").asBoolean()).isTrue();
                assertThat(end.path("server").asText()).matches("PostgreSQL 17\\.\\d+.*, primary");
                assertThat(end.path("encryption").asText()).isEqualTo("none");
                assertThat(end.path("bytesPerSecond").asLong()).isGreaterThan(100_000);
                assertThat(end.path("databaseBytes").asLong()).isGreaterThan(1_000_000);
                // The same machine has one clock.
                assertThat(Math.abs(end.path("clockAheadSeconds").asDouble()))
                        .isLessThan(end.path("clockUncertaintySeconds").asDouble() + 0.01);
            }
            assertThat(told.getLast().path("passed").asBoolean()).isTrue();
        }
        for (TestDatabase end : List.of(source, destination)) {
            try (Sql sql = end.sql()) {
                assertThat(sql.value("SELECT count(*) FROM pg_class WHERE oid >= 16384"))
                        .isEqualTo("0");
            }
        }
    }

    @Test
    void anEndThatCannotBeUsedIsToldBesideTheOther() throws IOException {
        try (TransactionPooler pooler =
                TransactionPooler.to(destination.server().port())) {
            TaskUnderTest.Outcome outcome =
                    task.destinationPort(pooler.port()).finish("test").requireCode(4);
            assertThat(outcome.text())
                    .contains("  server:     PostgreSQL 17")
                    .contains("  FAILED SESSION_SETTINGS: destination postgresql://127.0.0.1:" + pooler.port())
                    .contains("    do: Connect to the server itself, not to a pooler.")
                    .contains("The test is not passed: not both ends can be used.");
            outcome.requireNoTrace();
            assertThat(task.finish("precheck").requireCode(3).failedItems()).contains("destination-connection");
        }
    }

    private static List<JsonNode> told(TaskUnderTest.Outcome outcome) {
        return outcome.stdout().stream().map(ConnectivityTest::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return new JsonMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }
}
