package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.TransactionPooler;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

class OwnProcessTest {

    /** T47 in spite of settings that hold while they are looked at: what a pooler shares out is no session. */
    @Test
    void t47APoolerIsRecognisedThoughItPinsAllSettings() throws Exception {
        try (TestDatabase database = SharedPostgres.destinationDatabase("17");
                TransactionPooler pooler =
                        TransactionPooler.to(database.server().port());
                Sessions sessions = sessions(database, pooler.port());
                Connection pinned = sessions.open("pinned")) {
            assertThat(pinned.isValid(10)).isTrue();
            assertThatThrownBy(() -> new OwnProcess(sessions).require())
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_SETTINGS))
                    .hasMessageContaining("a pooler stands between");
        }
    }

    @Test
    void sessionsOfAServerAreTheirOwn() {
        try (TestDatabase database = SharedPostgres.destinationDatabase("17");
                Sessions sessions = sessions(database, database.server().port())) {
            new OwnProcess(sessions).require();
        }
    }

    private static Sessions sessions(TestDatabase database, int port) {
        return new Sessions(
                Side.DESTINATION,
                ConnectionOptions.to(
                        "127.0.0.1",
                        port,
                        database.name(),
                        database.user(),
                        new Secret(database.password()),
                        Tls.of(TlsMode.PREFER)),
                new SessionOptions("pooler-test", ""));
    }
}
