package io.syncline.cli.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** One client of the shop: places, changes and deletes, a transaction at a time. For one thread. */
final class ShopClient implements AutoCloseable {

    private final Connection connection;
    private final Shop shop;
    private final Random random;
    private long newestOrder;

    ShopClient(Connection connection, Shop shop, Random random) throws SQLException {
        this.connection = connection;
        this.shop = shop;
        this.random = random;
        this.newestOrder = shop.orders();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = on");
        }
        connection.commit();
    }

    /** Does one thing that a shop does. */
    void work() throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 35) {
            placeOrder();
        } else if (dice < 60) {
            run(
                    "UPDATE shop.orders SET status = (enum_range(NULL::shop.order_status))[?::int] WHERE id = ?",
                    1 + random.nextInt(4),
                    order());
        } else if (dice < 70) {
            run(
                    "UPDATE shop.customers SET profile = profile || jsonb_build_object('visits', ?::int), vip = NOT vip WHERE id = ?",
                    random.nextInt(1000),
                    customer());
        } else if (dice < 78) {
            run(
                    "UPDATE shop.products SET price = ?::numeric / 100, attributes = attributes || '{\"sale\": true}' WHERE id = ?",
                    random.nextInt(50_000),
                    product());
        } else if (dice < 90) {
            run(
                    "INSERT INTO shop.events (kind, took, flags, payload) VALUES ('live', ?::int * interval '1 microsecond', B'10101010', jsonb_build_object('n', ?::bigint))",
                    random.nextInt(1_000_000),
                    random.nextLong());
        } else if (dice < 95) {
            run(
                    "DELETE FROM shop.events WHERE id IN (SELECT id FROM shop.events WHERE happened_at >= timestamp '2025-06-01' + ?::bigint * interval '3 seconds' ORDER BY happened_at LIMIT 3)",
                    1 + random.nextLong(shop.events()));
        } else {
            run("DELETE FROM shop.orders WHERE id = ?", order());
        }
        if (random.nextInt(50) == 0) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    /** After a failure: forgets the transaction. */
    void undo() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void placeOrder() throws SQLException {
        long customer = customer();
        long order;
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO shop.orders (customer_id, deliver_at, from_ip, note) VALUES (?, localtime, '::1', ?) RETURNING id")) {
            statement.setLong(1, customer);
            statement.setString(2, random.nextBoolean() ? null : "please ring twice");
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                order = row.getLong(1);
            }
        }
        newestOrder = order;
        int lines = 1 + random.nextInt(4);
        for (int line = 1; line <= lines; line++) {
            run(
                    "INSERT INTO shop.order_lines (order_id, line, product_id, quantity, price) VALUES (?, ?, ?, ?, ?::numeric / 100)",
                    order,
                    line,
                    product(),
                    1 + random.nextInt(9),
                    random.nextInt(50_000));
        }
        run(
                "UPDATE shop.customers SET balance = balance - ?::numeric / 100 WHERE id = ?",
                random.nextInt(50_000),
                customer);
    }

    private void run(String sql, Number... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    private long customer() {
        return 1 + random.nextLong(shop.customers());
    }

    private int product() {
        return 1 + random.nextInt((int) shop.products());
    }

    private long order() {
        return 1 + random.nextLong(newestOrder);
    }
}
