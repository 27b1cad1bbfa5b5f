package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Side;
import org.jspecify.annotations.Nullable;

/** Values travel as UTF-8, which a database in another encoding may not give or take for every character. */
final class EncodingCheck {

    private final Side side;
    private final @Nullable ChosenLog log;

    /** @param log how changes are read; null where none are */
    EncodingCheck(Side side, @Nullable ChosenLog log) {
        this.side = side;
        this.log = log;
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
        if (log != null && !log.publishes(session)) {
            return Finding.failed(
                    found,
                    "The log is read through test_decoding, whose text no server converts: it would be taken for UTF-8.",
                    session.serverVersion() < ServerRelease.MODERN
                            ? "Convert the database to UTF8 first, or upgrade the server to PostgreSQL 10 or newer."
                            : "Convert the database to UTF8 first, or do what source-publication-right and source-table-owner say.");
        }
        return switch (side) {
            case SOURCE -> Finding.passed(found + " Its text is sent as UTF-8.");
            case DESTINATION ->
                Finding.warning(
                        found,
                        "Characters that it does not have are rejected, and stop the task unless onBadValue says otherwise.",
                        "Use a database with the encoding UTF8.");
        };
    }
}
