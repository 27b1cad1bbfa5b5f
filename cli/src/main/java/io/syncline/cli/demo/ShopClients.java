package io.syncline.cli.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Several clients that keep writing until they are paused or closed, each at an even pace. */
final class ShopClients implements AutoCloseable {

    private static final int CLIENTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";

    private final DemoServers servers;
    private final Shop shop;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean ending;

    ShopClients(DemoServers servers, Shop shop) {
        this.servers = servers;
        this.shop = shop;
    }

    /** Starts the clients, or lets them go on. */
    void start() {
        ending = false;
        for (int client = 0; client < CLIENTS; client++) {
            long seed = client + transactions.get();
            threads.add(
                    Thread.ofPlatform().daemon().name("shop client " + client).start(() -> write(new Random(seed))));
        }
    }

    /**
     * Lets each client end its transaction and waits for that.
     *
     * @throws IllegalStateException when a client has failed
     */
    void pause() throws InterruptedException {
        ending = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
        Exception cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a client of the shop failed", cause);
        }
    }

    long transactions() {
        return transactions.get();
    }

    /** Does not wait: the clients' sessions end with their server. */
    @Override
    public void close() {
        ending = true;
    }

    private void write(Random random) {
        try (ShopClient client = new ShopClient(servers.connectToShop(), shop, random)) {
            while (!ending) {
                try {
                    client.work();
                    transactions.incrementAndGet();
                } catch (SQLException e) {
                    if (!isWorthAnotherTry(e)) {
                        throw e;
                    }
                    client.undo();
                }
                Thread.sleep(PAUSE);
            }
        } catch (SQLException e) {
            if (!ending) {
                failure.compareAndSet(null, e);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isWorthAnotherTry(SQLException e) {
        return DEADLOCK.equals(e.getSQLState()) || SERIALIZATION_FAILURE.equals(e.getSQLState());
    }
}
