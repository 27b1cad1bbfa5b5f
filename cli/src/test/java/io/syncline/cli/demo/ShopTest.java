package io.syncline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The demo's source by itself: its scripts run, and its clients do not stumble. */
class ShopTest {

    @Test
    void clientsWriteIntoAFilledShopUntilTheyArePaused() throws SQLException, InterruptedException {
        Shop shop = Shop.ofRows(5_000);
        try (DemoServers servers = DemoServers.start();
                Connection connection = servers.connectToShop()) {
            shop.create(connection);
            assertThat(rows(connection)).isEqualTo(shop.rows()).isBetween(4_900L, 5_100L);

            try (ShopClients clients = new ShopClients(servers, shop)) {
                clients.start();
                Await.until("the clients have written", Duration.ofSeconds(60), () -> clients.transactions() > 600);
                clients.pause();
                long after = changes(connection);
                assertThat(after).isPositive();
                clients.start();
                Await.until("the clients write again", Duration.ofSeconds(60), () -> clients.transactions() > 1_000);
                clients.pause();
            }
        }
    }

    private static long rows(Connection connection) throws SQLException {
        return number(connection, """
                SELECT (SELECT count(*) FROM shop.customers) + (SELECT count(*) FROM shop.products)
                     + (SELECT count(*) FROM shop.orders) + (SELECT count(*) FROM shop.order_lines)
                     + (SELECT count(*) FROM shop.events)""");
    }

    private static long changes(Connection connection) throws SQLException {
        return number(connection, "SELECT count(*) FROM shop.events WHERE kind = 'live'");
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
