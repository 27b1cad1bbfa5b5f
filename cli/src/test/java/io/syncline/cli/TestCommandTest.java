package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.engine.task.ConnectivityReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code test} tells of both ends, in words and to programs. */
class TestCommandTest {

    private CommandsUnderTest commands;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        commands = new CommandsUnderTest(folder);
    }

    @Test
    void testTellsHowBothEndsAreReached() {
        assertThat(commands.run("test", commands.file())).isZero();
        assertThat(commands.printed()).isEqualTo("""
                Source postgresql://h:1/s
                  server:     PostgreSQL 17.5, primary
                  encryption: none
                  round trip: 0.2 ms
                  throughput: 1,000.0 Mb/s
                  clock:      2.0 ms ahead of this machine's
                  database:   11.6 GB
                Destination postgresql://h:2/d
                  server:     PostgreSQL 17.5, primary
                  encryption: none
                  round trip: 0.2 ms
                  throughput: 2,000.0 Mb/s
                  clock:      0.0 ms ahead of this machine's
                  database:   11.6 GB
                At this rate the source's database is copied in 1 min 40 s at best.
                Both ends can be used.
                """);
    }

    @Test
    void testWarnsOfSlowWaysAndWrongClocks() {
        commands.useCases().connectivity = new ConnectivityReport(
                FakeUseCases.end("source", "s", Duration.ofSeconds(-3), 12e6),
                FakeUseCases.end("destination", "d", Duration.ofMillis(900), 13e6));

        assertThat(commands.run("test", commands.file())).isZero();
        assertThat(commands.printed().lines().filter(line -> line.startsWith("warning")))
                .containsExactly(
                        "warning: The way to the source carries 96.0 Mb/s, less than 100.0 Mb/s: copying the source's database takes 17 min 22 s at least.",
                        "warning: The clock of the source is 3000 ms behind this machine's: latencies would be told wrong. Have both follow a time server.",
                        "warning: The clock of the source is 3900 ms behind the destination's: times that both write cannot be compared. Have both follow a time server.");
    }

    @Test
    void testEndsWith4WhenAnEndCannotBeUsed() {
        commands.useCases().connectivity = new ConnectivityReport(
                new ConnectivityReport.End(
                        "source", "s", new ConnectivityReport.NotReached(FakeUseCases.unreachable())),
                FakeUseCases.end("destination", "d", Duration.ZERO, 250e6));

        assertThat(commands.run("test", commands.file(), "--json")).isEqualTo(4);
        assertThat(commands.printed()).isEqualTo("""
                {"event":"connection","end":"source","address":"s","reached":false,"code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","remedy":"Start the server."}
                {"event":"connection","end":"destination","address":"d","reached":true,"server":"PostgreSQL 17.5, primary","encryption":"none","roundTripSeconds":2.0E-4,"bytesPerSecond":250000000,"clockAheadSeconds":0.0,"clockUncertaintySeconds":1.0E-4,"databaseBytes":12500000000}
                {"event":"connections","passed":false,"clockAheadSeconds":null,"bytesPerSecond":null,"loadSeconds":null,"warnings":[]}
                """);
    }
}
