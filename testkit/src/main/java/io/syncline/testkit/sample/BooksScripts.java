package io.syncline.testkit.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** The scripts of SchemaCrawler's test database: an index names them in order, each with the delimiter of its statements, {@code #} for none. */
final class BooksScripts {

    private static final String INDEX = "/postgresql.scripts.txt";

    /** These create a user of the whole server, which other tests share, and grant him something. */
    private static final Set<String> OUTSIDE_OF_THE_DATABASE =
            Set.of("/db/books/02_users_C.sql", "/db/books/70_grants_A.sql");

    private BooksScripts() {}

    static void run(Connection connection) throws SQLException {
        for (String line : read(INDEX).lines().toList()) {
            List<String> entry = List.of(line.strip().split(",", 2));
            if (!entry.getFirst().equals("#") && !OUTSIDE_OF_THE_DATABASE.contains(entry.getLast())) {
                runScript(entry.getLast(), entry.getFirst(), connection);
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("RESET ALL");
        }
    }

    private static void runScript(String path, String delimiter, Connection connection) throws SQLException {
        // the server itself separates statements by semicolons, and knows those inside of bodies
        List<String> statements =
                delimiter.equals(";") ? List.of(read(path)) : List.of(read(path).split(delimiter, -1));
        for (String sql : statements) {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(sql);
            }
        }
    }

    private static String read(String path) {
        try (BufferedReader file = Resource.open(path)) {
            return file.readAllAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
