package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSettingsTest {

    /** A setting as a role has it, and as our sessions must. */
    private record Pin(String name, String ofTheRole, String pinned, int since) {}

    private static final List<Pin> PINS = List.of(
            new Pin("client_encoding", "LATIN1", "UTF8", 0),
            new Pin("datestyle", "SQL, DMY", "ISO, MDY", 0),
            new Pin("intervalstyle", "sql_standard", "postgres", 0),
            new Pin("timezone", "Asia/Tokyo", "UTC", 0),
            new Pin("extra_float_digits", "-5", "3", 0),
            new Pin("bytea_output", "escape", "hex", 0),
            new Pin("lc_monetary", "POSIX", "C", 0),
            new Pin("search_path", "public", "\"\"", 0),
            new Pin("xmloption", "document", "content", 0),
            new Pin("array_nulls", "off", "on", 0),
            new Pin("standard_conforming_strings", "off", "on", 0),
            new Pin("row_security", "on", "off", 0),
            new Pin("default_transaction_isolation", "serializable", "read committed", 0),
            new Pin("default_transaction_read_only", "on", "off", 0),
            new Pin("quote_all_identifiers", "on", "off", 0),
            new Pin("check_function_bodies", "on", "off", 0),
            new Pin("jit", "on", "off", 0),
            new Pin("statement_timeout", "50000", "0", 0),
            new Pin("lock_timeout", "50000", "0", 0),
            new Pin("idle_in_transaction_session_timeout", "50000", "0", 0),
            new Pin("idle_session_timeout", "50000", "0", 14),
            new Pin("transaction_timeout", "50000", "0", 17));

    /** By us and not only by the driver, whose settings go by the machine's time zone and its own version. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t47EverySettingIsPinnedInEverySession(String version) {
        List<Pin> pins = PINS.stream()
                .filter(pin -> Integer.parseInt(version) >= pin.since())
                .toList();
        List<Function<Sessions, Connection>> ways = List.of(s -> s.open("test"), s -> s.openReplication("test"));
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql()) {
            String role = "strange_" + database.name();
            sql.execute("CREATE ROLE " + role + " SUPERUSER LOGIN PASSWORD 'x'");
            pins.forEach(
                    pin -> sql.execute("ALTER ROLE " + role + " SET " + pin.name() + " = '" + pin.ofTheRole() + "'"));
            for (Side side : Side.values()) {
                try (Sessions sessions = sessions(side, database, role)) {
                    for (Function<Sessions, Connection> way : ways) {
                        assertThat(seen(way, sessions, pins))
                                .containsExactlyInAnyOrderElementsOf(pins.stream()
                                        .map(pin -> pin.name() + " = " + pin.pinned() + " by session")
                                        .toList());
                    }
                }
            }
            sql.execute("DROP ROLE " + role);
        }
    }

    private static List<String> seen(Function<Sessions, Connection> way, Sessions sessions, List<Pin> pins) {
        String names = pins.stream().map(pin -> "'" + pin.name() + "'").collect(Collectors.joining(", "));
        try (Sql session = Sql.open(() -> way.apply(sessions))) {
            return session.column("SELECT lower(name) || ' = ' || setting || ' by ' || source FROM pg_settings"
                    + " WHERE lower(name) IN (" + names + ")");
        }
    }

    private static Sessions sessions(Side side, TestDatabase database, String role) {
        return new Sessions(
                side,
                ConnectionOptions.to(
                        database.server().host(),
                        database.server().port(),
                        database.name(),
                        role,
                        new Secret("x"),
                        Tls.of(TlsMode.DISABLE)),
                new SessionOptions("settings-test", ""));
    }
}
