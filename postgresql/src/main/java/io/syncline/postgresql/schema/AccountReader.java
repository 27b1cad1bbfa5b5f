package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaObject.Role;
import io.syncline.api.task.Accounts;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chosen roles (pg_roles, pg_auth_members; passwords from pg_authid where the session may). What would give power over the destination's server is not carried and listed:
 * that is for its administrator to decide.
 */
final class AccountReader {

    /** The server's own roles begin with pg_; the first superuser has oid 10 on every server. */
    private static final String ROLES = """
            SELECT r.oid, r.rolname AS name, r.oid = 10 AS first, r.rolcanlogin AS login, r.rolinherit AS inherits, r.rolconnlimit AS connections,
                   r.rolvaliduntil::text AS valid,
                   concat_ws(', ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
                             CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
                             CASE WHEN row_to_json(r) ->> 'rolbypassrls' = 'true' THEN 'BYPASSRLS' END) AS powers,
                   (SELECT string_agg(DISTINCT split_part(setting, '=', 1), ', ')
                      FROM pg_db_role_setting s, unnest(s.setconfig) setting
                     WHERE s.setrole = r.oid
                       AND s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))) AS settings
              FROM pg_roles r
             WHERE r.rolname !~ '^pg_'
             ORDER BY r.rolname""";

    private static final String MAY_READ_PASSWORDS =
            "SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS may";

    private static final String PASSWORDS = "SELECT rolname AS name, rolpassword AS verifier FROM pg_authid";

    private static final String MEMBERSHIPS = """
            SELECT g.rolname AS role, u.rolname AS member, m.admin_option AS admin,
                   row_to_json(m) ->> 'inherit_option' AS inherit, row_to_json(m) ->> 'set_option' AS set
              FROM pg_auth_members m
              JOIN pg_roles g ON g.oid = m.roleid
              JOIN pg_roles u ON u.oid = m.member
             ORDER BY g.rolname, u.rolname""";

    private final CatalogSession session;
    private final Accounts chosen;
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final Map<String, Found> carried = new LinkedHashMap<>();

    AccountReader(CatalogSession session, Accounts chosen) {
        this.session = session;
        this.chosen = chosen;
    }

    private record Found(
            String name,
            boolean first,
            boolean login,
            boolean inherits,
            int connections,
            @Nullable String valid,
            String powers,
            @Nullable String settings) {

        static Found of(ResultSet row) throws SQLException {
            return new Found(
                    row.getString("name"),
                    row.getBoolean("first"),
                    row.getBoolean("login"),
                    row.getBoolean("inherits"),
                    row.getInt("connections"),
                    row.getString("valid"),
                    row.getString("powers"),
                    row.getString("settings"));
        }
    }

    /** @param inherit {@code true} or {@code false}; null before 16, where the member's own INHERIT counts; {@code set} alike */
    private record Membership(
            String role,
            String member,
            boolean admin,
            @Nullable String inherit,
            @Nullable String set) {

        static Membership of(ResultSet row) throws SQLException {
            return new Membership(
                    row.getString("role"),
                    row.getString("member"),
                    row.getBoolean("admin"),
                    row.getString("inherit"),
                    row.getString("set"));
        }

        /** What GRANT does without options is not said, so that releases before 16 take it. */
        String statement() {
            List<String> options = new ArrayList<>();
            if ("false".equals(inherit)) {
                options.add("INHERIT FALSE");
            }
            if ("false".equals(set)) {
                options.add("SET FALSE");
            }
            if (admin) {
                options.add(options.isEmpty() ? "ADMIN OPTION" : "ADMIN TRUE");
            }
            return "GRANT " + Quoting.identifier(role) + " TO " + Quoting.identifier(member)
                    + (options.isEmpty() ? "" : " WITH " + String.join(", ", options));
        }
    }

    private record Password(String name, @Nullable String verifier) {
        static Password of(ResultSet row) throws SQLException {
            return new Password(row.getString("name"), row.getString("verifier"));
        }
    }

    /** Roles, then who is a member of which. */
    List<SchemaObject> read() {
        if (!chosen.exist()) {
            return List.of();
        }
        for (Found role : session.query(ROLES, Found::of)) {
            if (role.first() && chosen.choose(role.name())) {
                leftOut.add(new LeftOut("role " + role.name(), "every server has such a superuser of its own"));
            } else if (chosen.choose(role.name())) {
                carried.put(role.name(), role);
            }
        }
        boolean readable =
                session.query(MAY_READ_PASSWORDS, row -> row.getBoolean("may")).getFirst();
        Map<String, String> passwords = readable ? passwords() : Map.of();
        List<SchemaObject> objects = new ArrayList<>();
        carried.values().forEach(role -> objects.add(role(role, readable, passwords)));
        session.query(MEMBERSHIPS, Membership::of).forEach(membership -> add(membership, objects));
        return objects;
    }

    /** The names of those that are carried, once they are read. */
    Set<String> names() {
        return carried.keySet();
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }

    private Map<String, String> passwords() {
        Map<String, String> passwords = new HashMap<>();
        for (Password password : session.query(PASSWORDS, Password::of)) {
            if (password.verifier() != null) {
                passwords.put(password.name(), password.verifier());
            }
        }
        return passwords;
    }

    private Role role(Found role, boolean readable, Map<String, String> passwords) {
        boolean login = role.login() && readable;
        if (role.login() && !readable) {
            leftOut.add(
                    new LeftOut(
                            "password of role " + role.name(),
                            "only a superuser of the source may read what is kept of it; the role is made NOLOGIN until somebody sets one"));
        }
        if (!role.powers().isEmpty()) {
            leftOut.add(new LeftOut(
                    role.powers() + " of role " + role.name(),
                    "power over the whole server is for the destination's administrator to give"));
        }
        if (role.settings() != null) {
            leftOut.add(new LeftOut(
                    "settings of role " + role.name() + " (" + role.settings() + ")", "ALTER ROLE SET is not carried"));
        }
        StringBuilder options =
                new StringBuilder(login ? "LOGIN" : "NOLOGIN").append(role.inherits() ? "" : " NOINHERIT");
        if (role.connections() >= 0) {
            options.append(" CONNECTION LIMIT ").append(role.connections());
        }
        if (role.valid() != null) {
            options.append(" VALID UNTIL ").append(Quoting.literal(role.valid()));
        }
        String verifier = passwords.get(role.name());
        return new Role(role.name(), options.toString(), verifier == null ? null : new Secret(verifier));
    }

    private void add(Membership membership, List<SchemaObject> objects) {
        boolean group = carried.containsKey(membership.role());
        if (!carried.containsKey(membership.member())) {
            return;
        }
        ObjectRef ref =
                new ObjectRef(ObjectRef.Kind.MEMBERSHIP, "", "", membership.member() + " in " + membership.role());
        if (group) {
            objects.add(new Definition(ref, Phase.BEFORE_LOAD, null, List.of(membership.statement()), Set.of(), false));
        } else {
            leftOut.add(new LeftOut(ref.toString(), "the role " + membership.role() + " is not carried"));
        }
    }
}
