package io.syncline.postgresql.session;

import java.util.List;

/**
 * A schema that somebody makes for a role which may make none. In two statements: Greenplum's segments refuse CREATE SCHEMA ... AUTHORIZATION, also of a superuser, when the role itself may
 * not create in the database (executed, 7.0.0: 42501 of a segment).
 */
public record OwnedSchema(String name, String owner) {

    /** Each with its semicolon. */
    public List<String> statements() {
        String schema = Quoting.identifier(name);
        return List.of(
                "CREATE SCHEMA " + schema + ";",
                "ALTER SCHEMA " + schema + " OWNER TO " + Quoting.identifier(owner) + ";");
    }
}
