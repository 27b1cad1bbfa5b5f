package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** I8: a server that accepts and does not answer must not outlast the run that waits for it. */
    @Test
    void closeEndsSessionsThatAreStillBeingOpened() {
        List<Function<Sessions, ?>> ways = List.of(s -> s.open("test"), s -> s.openStreaming("test"));
        for (Function<Sessions, ?> way : ways) {
            try (TestDatabase database = SharedPostgres.destinationDatabase("17");
                    FaultProxy proxy = FaultProxy.to(database.server());
                    Sessions sessions = sessions(database, proxy)) {
                proxy.stall();
                CompletableFuture<?> opening = CompletableFuture.supplyAsync(() -> way.apply(sessions));
                Await.until("the server is being asked", LIMIT, () -> proxy.connections() == 1);
                assertThat(opening).isNotDone();
                sessions.close();
                assertThatThrownBy(() -> opening.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE));
            }
        }
    }

    private static Sessions sessions(TestDatabase database, FaultProxy proxy) {
        return new Sessions(
                Side.DESTINATION,
                ConnectionOptions.to(
                        "127.0.0.1",
                        proxy.port(),
                        database.name(),
                        database.user(),
                        new Secret(database.password()),
                        Tls.of(TlsMode.PREFER)),
                new SessionOptions("sessions-test", ""));
    }
}
