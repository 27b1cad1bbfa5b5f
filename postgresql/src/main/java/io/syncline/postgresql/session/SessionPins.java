package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pins the {@link SessionSettings} of a new session and asks the server whether they hold (T47).
 *
 * @param address for messages
 * @param searchPath as the user wrote it
 */
record SessionPins(Side side, String address, String searchPath) {

    /** @throws SyncException SESSION_SETTINGS */
    ServerSystem pin(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            ServerSystem system = system(statement);
            Map<String, String> settings = SessionSettings.of(system.version(), searchPath);
            statement.execute(settings.entrySet().stream()
                    .map(setting -> "SET " + setting.getKey() + " = " + value(setting.getKey(), setting.getValue()))
                    .collect(Collectors.joining("; ")));
            if (side == Side.DESTINATION) {
                // I1: a commit that is answered is durable, but for the applier's (CommitPace). remote_apply is
                // stronger
                // still and stays.
                statement.execute("SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
                        + " WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)");
            }
            requirePinned(statement, settings);
            return system;
        }
    }

    /** search_path is a list of names as the user wrote it; the others are single values. */
    private static String value(String name, String value) {
        return name.equals("search_path") && !value.isEmpty() ? value : Quoting.literal(value);
    }

    private void requirePinned(Statement statement, Map<String, String> settings) throws SQLException {
        String shows = settings.keySet().stream()
                .map(name -> "current_setting(" + Quoting.literal(name) + ")")
                .collect(Collectors.joining(", "));
        try (ResultSet row = statement.executeQuery("SELECT " + shows)) {
            row.next();
            int column = 1;
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                String seen = row.getString(column++);
                boolean free = setting.getKey().equals("search_path");
                if (!free && !setting.getValue().equals(seen)) {
                    throw new SyncException(
                            ErrorCode.SESSION_SETTINGS,
                            side.word() + " " + address + ": the session setting " + setting.getKey() + " stays at "
                                    + seen + " although it was set to " + setting.getValue()
                                    + "; values would be read or written in another form",
                            "Connect to the server itself, not to a pooler, with a role that may change its own session settings.");
                }
            }
        }
    }

    private static ServerSystem system(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT current_setting('server_version_num')::int, pg_catalog.version()")) {
            row.next();
            return new ServerSystem(row.getInt(1), Dialect.of(row.getString(2)));
        }
    }
}
