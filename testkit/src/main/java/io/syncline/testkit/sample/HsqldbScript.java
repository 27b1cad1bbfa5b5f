package io.syncline.testkit.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates the file in which HSQLDB keeps a database, one statement a line, for PostgreSQL. Rows of one table follow each other, so many go
 * into one INSERT.
 */
final class HsqldbScript {

    private static final Pattern ADMINISTRATION = Pattern.compile(
            "(SET (DATABASE|FILES)|CREATE USER|ALTER USER|GRANT|ALTER SEQUENCE SYSTEM_LOBS|CREATE SCHEMA PUBLIC) ?.*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");
    private static final String SYSTEM_SCHEMA = "SYSTEM_LOBS";
    private static final String VALUES = " VALUES";
    private static final int ROWS_PER_INSERT = 1_000;

    private final Statement statement;
    private final List<String> rows = new ArrayList<>();
    private String rowsOf = "";
    private String schema = "";

    private HsqldbScript(Statement statement) {
        this.statement = statement;
    }

    /** Runs a script of the class path in the open transaction of a superuser. */
    static void run(String resource, Connection connection) throws SQLException {
        try (BufferedReader script = Resource.open(resource);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            // rows come in no order that foreign keys would accept, and HSQLDB does not check them here either
            statement.execute("SET LOCAL session_replication_role = replica");
            HsqldbScript target = new HsqldbScript(statement);
            for (String line = script.readLine(); line != null; line = script.readLine()) {
                target.translate(line);
            }
            target.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void translate(String line) throws SQLException {
        if (line.startsWith("INSERT INTO ")) {
            insert(unescape(line));
            return;
        }
        flush();
        if (line.startsWith("SET SCHEMA ")) {
            schema = line.substring("SET SCHEMA ".length());
            if (!schema.equals(SYSTEM_SCHEMA)) {
                statement.execute("SET LOCAL search_path = " + schema);
            }
        } else if (line.startsWith("CREATE SCHEMA \"")) {
            statement.execute(line.replace(" AUTHORIZATION SA", ""));
        } else if (line.startsWith("CREATE MEMORY TABLE ")) {
            statement.execute(
                    line.replace("CREATE MEMORY TABLE ", "CREATE TABLE ").replace("\" DOUBLE", "\" DOUBLE PRECISION"));
        } else if (line.startsWith("CREATE INDEX ")
                || line.startsWith("CREATE UNIQUE INDEX ")
                || line.startsWith("ALTER TABLE ")) {
            statement.execute(line);
        } else if (!ADMINISTRATION.matcher(line).matches()) {
            throw new IllegalStateException("unknown statement: " + line);
        }
    }

    private void insert(String line) throws SQLException {
        if (schema.equals(SYSTEM_SCHEMA)) {
            return; // HSQLDB's own book-keeping
        }
        int values = line.indexOf(VALUES);
        String table = line.substring(0, values);
        if (!table.equals(rowsOf) || rows.size() == ROWS_PER_INSERT) {
            flush();
            rowsOf = table;
        }
        rows.add(line.substring(values + VALUES.length()));
    }

    private void flush() throws SQLException {
        if (!rows.isEmpty()) {
            statement.execute(rowsOf + VALUES + " " + String.join(",", rows));
            rows.clear();
        }
    }

    private static String unescape(String line) {
        return ESCAPE.matcher(line)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }
}
