package io.syncline.postgresql.connectivity;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** From the server, as rows are copied. */
public final class Receiving implements Transfer {

    /** With the end of its line. */
    private static final int LINE = 8192;

    @Override
    public int carry(Connection session, long bytes) throws SQLException, IOException {
        session.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                        "COPY (SELECT repeat('x', " + (LINE - 1) + ") FROM generate_series(1, " + bytes / LINE
                                + ")) TO STDOUT",
                        OutputStream.nullOutputStream());
        return 1;
    }
}
