package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Pins the settings of a walsender before 10, which takes no SQL: they travel in the start of the session, where they outrank those of roles and databases (PostgreSQL
 * documentation, Setting Parameters). What a server reports of itself is asserted (T47); the others have the same origin.
 *
 * @param version {@code server_version_num}
 */
record WalsenderStart(Side side, String address, int version) {

    /** Sent with a space in their values, which a start before 9.5 cannot carry, or of no effect in a session without transactions of its own. */
    private static final String UNSENT = "default_transaction_isolation";

    private static final Map<String, String> REPORTED = Map.of(
            "client_encoding", "UTF8",
            "DateStyle", "ISO, MDY",
            "IntervalStyle", "postgres",
            "TimeZone", "UTC",
            "standard_conforming_strings", "on");

    /**
     * The driver sends the time zone of the JVM, which would outrank the one among the options; of a parameter that is given twice the later one counts. The driver has no
     * property for it, so that it follows the application's name, behind the zero byte that ends a value.
     *
     * @param more settings besides the pinned ones
     */
    void prepare(Properties properties, Map<String, String> more) {
        Map<String, String> settings = new LinkedHashMap<>(SessionSettings.of(version, ""));
        settings.remove(UNSENT);
        settings.put("datestyle", "ISO,MDY");
        settings.putAll(more);
        properties.setProperty(
                "options",
                settings.entrySet().stream()
                        .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining(" ")));
        properties.setProperty("ApplicationName", properties.getProperty("ApplicationName") + "\0TimeZone\0UTC");
    }

    /** @throws SyncException SESSION_SETTINGS */
    void requirePinned(Connection session) throws SQLException {
        Map<String, String> reported = session.unwrap(PGConnection.class).getParameterStatuses();
        for (Map.Entry<String, String> setting : REPORTED.entrySet()) {
            if (!setting.getValue().equals(reported.get(setting.getKey()))) {
                throw new SyncException(
                        ErrorCode.SESSION_SETTINGS,
                        side.word() + " " + address + ": the setting " + setting.getKey() + " of a walsender stays at "
                                + reported.get(setting.getKey()) + " although the session was started with "
                                + setting.getValue() + "; changes would be read in another form",
                        "Connect to the server itself, not to a pooler.");
            }
        }
    }
}
