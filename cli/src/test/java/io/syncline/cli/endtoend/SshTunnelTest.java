package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.ssh.TestSshServer;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A task whose two ends are reached by way of SSH servers, which lose their sessions while it runs. */
@ExtendWith(Seeds.class)
class SshTunnelTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    @Test
    void aTaskGoesOnWhenTheTunnelsAreLost(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                TestSshServer toSource = TestSshServer.start();
                TestSshServer toDestination = TestSshServer.start()) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            Path password = Files.writeString(folder.resolve("ssh-password"), TestSshServer.PASSWORD);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(file -> through(
                            toDestination, password, "destination", through(toSource, password, "source", file)));
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                            .clients(2)
                            .rate(100)
                            .mix(TpcbMix.VARIED)
                            .start();
                    RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                for (TestSshServer lost : new TestSshServer[] {toSource, toDestination}) {
                    writer.awaitCommits(50, TaskUnderTest.LIMIT);
                    int before = lost.forwarded();
                    lost.dropSessions();
                    Await.until("the way is there again", TaskUnderTest.LIMIT, () -> lost.forwarded() > before);
                }
                writer.awaitCommits(50, TaskUnderTest.LIMIT);
                writer.stop();
                task.finish("compare").requireCode(0);
                run.signal(io.syncline.embedded.Signal.TERM);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(143);
            }
            task.requireSameAfterCatchingUp();
            assertThat(task.finish("status").requireCode(0).text()).doesNotContain(TestSshServer.PASSWORD);
        }
    }

    private static String through(TestSshServer server, Path password, String end, String file) {
        String tunnel = "sshTunnel: {host: 127.0.0.1, port: %d, user: %s, password: \"file:%s\", hostKey: \"%s\"}"
                .formatted(server.port(), TestSshServer.USER, password, server.fingerprint());
        String before = end + ": {type: postgresql, ";
        assertThat(file).contains(before);
        return file.replace(before, before + tunnel + ", ");
    }

    @Test
    void anotherSshServerEndsTheRunAtOnce(@TempDir Path folder) throws IOException {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                TestSshServer expected = TestSshServer.start();
                TestSshServer other = TestSshServer.start()) {
            Path password = Files.writeString(folder.resolve("ssh-password"), TestSshServer.PASSWORD);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(file -> through(expected, password, "source", file)
                            .replace(expected.fingerprint(), other.fingerprint()));
            assertThat(task.finish("run").text()).contains("its key is not the known one", expected.fingerprint());
        }
    }
}
