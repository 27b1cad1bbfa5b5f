package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Side;

/** Values travel as UTF-8, which a database in another encoding may not give or take for every character. */
final class EncodingCheck {

    private final Side side;

    EncodingCheck(Side side) {
        this.side = side;
    }

    Finding look(CatalogSession session) {
        String encoding = session.query("SELECT current_setting('server_encoding')", row -> row.getString(1))
                .getFirst();
        if (encoding.equals("UTF8")) {
            return Finding.passed("The database's encoding is UTF8.");
        }
        String found = "The database's encoding is " + encoding + ".";
        if (encoding.equals("SQL_ASCII")) {
            return Finding.warning(
                    found,
                    "The server does not know what its bytes mean: text that is not UTF-8 stops the task.",
                    "Make sure that all text is UTF-8, or convert the database first.");
        }
        if (side == Side.SOURCE && session.serverVersion() < ServerRelease.MODERN) {
            return Finding.failed(
                    found,
                    "Before PostgreSQL 10 the log is read through test_decoding, whose text no server converts: it would be taken for UTF-8.",
                    "Convert the database to UTF8 first, or upgrade the server to PostgreSQL 10 or newer.");
        }
        return switch (side) {
            case SOURCE -> Finding.passed(found + " Its text is sent as UTF-8.");
            case DESTINATION ->
                Finding.warning(
                        found,
                        "Characters that it does not have are rejected, and stop the task.",
                        "Use a database with the encoding UTF8.");
        };
    }
}
