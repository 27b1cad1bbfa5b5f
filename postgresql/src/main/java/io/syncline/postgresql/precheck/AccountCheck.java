package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;

/** Whether the destination's role may make roles. */
final class AccountCheck {

    private static final String ROLE =
            "SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user";

    private final String user;

    AccountCheck(Sessions sessions) {
        this.user = Quoting.identifier(sessions.connection().user());
    }

    Finding look(CatalogSession session) {
        if (session.query(ROLE, row -> row.getBoolean("may")).getFirst()) {
            return Finding.passed("The role may make roles.");
        }
        return Finding.failed(
                "The role " + user + " may not make roles.",
                "The task file asks for accounts: roles that are not there already would be left out, and with them their rights.",
                "ALTER ROLE " + user
                        + " CREATEROLE;\n-- or make the roles by hand, or leave carry: accounts out of the task file");
    }
}
