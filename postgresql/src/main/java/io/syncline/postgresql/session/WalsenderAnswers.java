package io.syncline.postgresql.session;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a walsender says of its server (PostgreSQL documentation, Streaming Replication Protocol, IDENTIFY_SYSTEM). Servers before 9.6 tell it in no other way.
 *
 * @param system the system identifier
 * @param flushed up to where the log is durable
 */
public record WalsenderAnswers(String system, Lsn flushed) {

    /** @param walsender from {@link Sessions#openReplication} */
    public static WalsenderAnswers ask(Connection walsender) throws SQLException {
        try (Statement statement = walsender.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return new WalsenderAnswers(row.getString("systemid"), Lsn.parse(row.getString("xlogpos")));
        }
    }
}
