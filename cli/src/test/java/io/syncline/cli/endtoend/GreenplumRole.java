package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.Sql;

/** An account of one test in a cluster, which may log in and has no right but those of PUBLIC. Closing it drops it: what it owns must be gone before. */
record GreenplumRole(GreenplumCluster cluster, String name) implements AutoCloseable {

    static final String PASSWORD = "a-password-8472";

    /** In place of one that an earlier test left, whose databases are gone. */
    static GreenplumRole create(GreenplumCluster cluster, String name) {
        GreenplumRole role = new GreenplumRole(cluster, name);
        role.close();
        try (Sql sql = role.administrator()) {
            sql.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + "'");
        }
        return role;
    }

    private Sql administrator() {
        return Sql.open(() -> cluster.connect("postgres"));
    }

    @Override
    public void close() {
        try (Sql sql = administrator()) {
            sql.execute("DROP ROLE IF EXISTS " + name);
        }
    }
}
