package io.syncline.testkit.postgres;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncline.embedded.PostgresArchive;

/** Releases that no Maven archive holds: tests with them are left out, and say so. */
public final class OldServers {

    private OldServers() {}

    /** Ends the test as skipped, with a warning, when there is no archive of this major version. */
    public static void require(String version) {
        boolean there = PostgresArchive.all().stream()
                .anyMatch(archive -> archive.version().startsWith(version + "."));
        String left = "no archive of PostgreSQL " + version
                + ": this test is left out (embedded/archive-of-9.4.sh embedded/target/postgres makes one, where npm is)";
        if (!there) {
            System.getLogger(OldServers.class.getName()).log(System.Logger.Level.WARNING, left);
        }
        assumeTrue(there, left);
    }
}
