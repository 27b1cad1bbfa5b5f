package io.syncline.testkit.sample;

import java.sql.Connection;
import java.sql.SQLException;

/** Public sample databases for PostgreSQL. */
public enum SampleDatabase {
    /** A few rows, many kinds of objects: enums, domains, composite types, triggers, comments, names with spaces and in Greek. */
    BOOKS("books") {
        @Override
        void create(Connection connection) throws SQLException {
            BooksScripts.run(connection);
        }
    },

    /** A media store: 11 tables with primary and foreign keys, 15,607 rows. */
    CHINOOK("chinook") {
        @Override
        void create(Connection connection) throws SQLException {
            HsqldbScript.run("/chinook.script", connection);
        }
    },

    /** A food retailer: 37 tables, most without a primary key, 96 indexes, 876,042 rows. */
    FOODMART("foodmart") {
        @Override
        void create(Connection connection) throws SQLException {
            HsqldbScript.run("/foodmart.script", connection);
        }
    };

    private final String schema;

    SampleDatabase(String schema) {
        this.schema = schema;
    }

    /** The schema that holds all of its tables. */
    public String schema() {
        return schema;
    }

    /**
     * Creates the schema with its tables and fills them in one transaction.
     *
     * @param connection of a superuser, in autocommit mode, to a database without the schema; its session settings are the same afterwards
     */
    public void load(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            create(connection);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    abstract void create(Connection connection) throws SQLException;
}
