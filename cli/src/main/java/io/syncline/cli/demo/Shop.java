package io.syncline.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How large the shop is at its start.
 *
 * @param customers rows of customers
 * @param products rows of products
 * @param orders rows of orders; order_lines has twice as many
 * @param events rows of events
 */
record Shop(long customers, long products, long orders, long events) {

    /** A shop with about so many rows in all. */
    static Shop ofRows(long rows) {
        return new Shop(
                Math.max(10, rows / 10),
                Math.max(10, rows / 100),
                Math.max(10, rows / 4),
                Math.max(10, rows * 14 / 100));
    }

    long rows() {
        return customers + products + 3 * orders + events;
    }

    /** Makes the tables and their rows. */
    void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            statement.execute(script("tables.sql"));
            statement.execute(script("rows.sql")
                    .replace(":customers", Long.toString(customers))
                    .replace(":products", Long.toString(products))
                    .replace(":orders", Long.toString(orders))
                    .replace(":events", Long.toString(events)));
            statement.execute(script("indexes.sql"));
        }
    }

    private static String script(String name) {
        try (InputStream resource = Shop.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
