package io.syncline.postgresql.ledger;

import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.TestDatabase;

/** Sessions at a test's destination, as a process of a task has them. */
public final class TestSessions {

    private TestSessions() {}

    /** As the superuser. */
    public static Sessions of(TestDatabase database, String application) {
        return of(database, application, database.user(), database.password());
    }

    /** As a role. */
    public static Sessions of(TestDatabase database, String application, String role, String password) {
        return new Sessions(
                Side.DESTINATION,
                ConnectionOptions.to(
                        database.server().host(),
                        database.server().port(),
                        database.name(),
                        role,
                        new Secret(password),
                        Tls.of(TlsMode.DISABLE)),
                new SessionOptions(application, ""));
    }
}
