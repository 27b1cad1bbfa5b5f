package io.syncline.postgresql.stream;

import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicationSession;
import io.syncline.postgresql.session.Sessions;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where a slot was confirmed, on servers that show it in no view (before 9.6). One that is asked to begin before that place says so to a session that wants to hear it
 * (logical.c, CreateDecodingContext: {@code cannot stream from …, minimum is …, forwarding}), in words that are not translated. Nothing is confirmed or consumed by asking.
 */
final class ConfirmedPlace {

    /** Before everything that a slot can have been confirmed up to. */
    private static final Lsn FIRST = new Lsn(1);

    private static final Pattern TOLD = Pattern.compile("minimum is ([0-9A-F]+/[0-9A-F]+), forwarding");

    private static final int STATUS = 'r';
    private static final int STATUS_LENGTH = 1 + 8 + 8 + 8 + 8 + 1;

    private ConfirmedPlace() {}

    /**
     * Empty when the server does not tell.
     *
     * @param options of the plugin
     * @param patience how long its first frame may take
     */
    static Optional<Lsn> ask(Sessions sessions, ChangeLogName slot, String options, Duration patience)
            throws SQLException {
        ReplicationSession session = sessions.openOlderWalsender("confirmed", Map.of("client_min_messages", "debug1"));
        try {
            CopyBoth copy = CopyBoth.start(
                    session,
                    "START_REPLICATION SLOT " + Quoting.identifier(slot.text()) + " LOGICAL " + FIRST + " " + options);
            copy.write(wantsAnswer());
            if (copy.read(patience) == null) {
                return Optional.empty();
            }
            for (SQLWarning told = session.connection().getWarnings(); told != null; told = told.getNextWarning()) {
                Matcher place = TOLD.matcher(String.valueOf(told.getMessage()));
                if (place.find()) {
                    return Optional.of(Lsn.parse(place.group(1)));
                }
            }
            return Optional.empty();
        } finally {
            sessions.end(session.connection());
        }
    }

    /** A status that confirms nothing: the server answers with a frame, if it has no other. */
    private static byte[] wantsAnswer() {
        return ByteBuffer.allocate(STATUS_LENGTH)
                .put(0, (byte) STATUS)
                .put(STATUS_LENGTH - 1, (byte) 1)
                .array();
    }
}
