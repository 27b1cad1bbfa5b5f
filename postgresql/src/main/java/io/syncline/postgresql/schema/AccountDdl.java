package io.syncline.postgresql.schema;

import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Grants;
import io.syncline.api.schema.SchemaObject.Grants.Grant;
import io.syncline.api.schema.SchemaObject.Role;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.session.ObjectAddress;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes roles and their rights as statements. */
final class AccountDdl {

    private AccountDdl() {}

    /** To be shown: without what the server keeps of the password. */
    static String of(Role role) {
        return role(role, role.verifier() == null ? null : "***");
    }

    /** To be executed. */
    static String revealing(Role role) {
        Secret verifier = role.verifier();
        return role(role, verifier == null ? null : verifier.reveal());
    }

    private static String role(Role role, @Nullable String verifier) {
        return "CREATE ROLE " + Quoting.identifier(role.name()) + " " + role.options()
                + (verifier == null ? "" : " PASSWORD " + Quoting.literal(verifier));
    }

    /** Statements that may be repeated. An object whose owner alone has rights has none of them but the first. */
    static String of(Grants grants) {
        String on = " ON " + target(grants.on());
        List<String> statements = new ArrayList<>();
        if (grants.only()) {
            statements.add("REVOKE ALL" + on + " FROM PUBLIC");
        }
        for (Grant grant : grants.list()) {
            String column = grant.column();
            statements.add(
                    "GRANT " + grant.privilege() + (column == null ? "" : " (" + Quoting.identifier(column) + ")")
                            + on + " TO " + (grant.isPublic() ? "PUBLIC" : Quoting.identifier(grant.role()))
                            + (grant.grantable() ? " WITH GRANT OPTION" : ""));
        }
        return String.join("; ", statements);
    }

    /** GRANT knows views as tables and aggregates as functions. */
    private static String target(ObjectRef on) {
        String address = ObjectAddress.of(on);
        return switch (on.kind()) {
            case VIEW, MATERIALIZED_VIEW -> "TABLE" + afterKind(on, address);
            case AGGREGATE -> "FUNCTION" + afterKind(on, address);
            case TABLE, SEQUENCE, SCHEMA, TYPE, FUNCTION, PROCEDURE -> address;
            default -> throw new IllegalArgumentException("nothing that rights are granted on: " + on);
        };
    }

    private static String afterKind(ObjectRef on, String address) {
        return address.substring(on.kind().words().toUpperCase(Locale.ROOT).length());
    }
}
