package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;

/** An account of one test. Closing it drops it with everything that it owns; its database must still be there. */
record Role(TestDatabase database, String name) implements AutoCloseable {

    static final String PASSWORD = "a-password-8472";

    /**
     * Creates an account that may log in and has no right but those of PUBLIC.
     *
     * @param word what its name begins with
     * @param rights statements in which {@code %r} is its name and {@code %d} that of the database
     */
    static Role create(TestDatabase database, String word, String rights) {
        Role role = new Role(
                database, word + "_" + database.name() + "_" + database.server().port());
        try (Sql sql = database.sql()) {
            sql.execute(("CREATE ROLE %r LOGIN PASSWORD '" + PASSWORD + "'; " + rights)
                    .replace("%r", role.name)
                    .replace("%d", database.name()));
        }
        return role;
    }

    /** What an administrator does with the printed statements. */
    void administer(String statements) {
        try (Sql sql = database.sql()) {
            sql.execute(statements);
        }
    }

    @Override
    public void close() {
        administer("DROP OWNED BY " + name + " CASCADE; DROP ROLE " + name);
    }
}
