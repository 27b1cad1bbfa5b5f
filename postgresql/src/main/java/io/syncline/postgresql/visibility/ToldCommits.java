package io.syncline.postgresql.visibility;

import io.syncline.postgresql.visibility.Running.OnServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** What the log of one server tells, for {@link UnseenCommits}. */
public final class ToldCommits {

    private final UnseenCommits all;
    private final int content;

    ToldCommits(UnseenCommits all, int content) {
        this.all = all;
        this.content = content;
    }

    /**
     * A stream is about to hand out a transaction.
     *
     * @param xid as the log has it
     */
    public void told(String xid) {
        all.add(new OnServer(content, Integer.parseUnsignedInt(xid)));
    }

    /**
     * A stream begins behind what an earlier one told: what of that is not seen yet still runs now, among others.
     *
     * @param session of this server, in autocommit
     */
    public void beginsBehind(Connection session) throws SQLException {
        Set<OnServer> running = new HashSet<>();
        new ServerTransactions(content).look(session).keySet().forEach(held -> {
            if (held instanceof OnServer local) {
                running.add(local);
            }
        });
        all.begins(running);
    }
}
