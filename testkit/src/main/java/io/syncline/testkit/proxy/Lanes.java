package io.syncline.testkit.proxy;

/** The lanes of both directions. */
record Lanes(Lane toServer, Lane toClient) {

    Lane of(Direction direction) {
        return switch (direction) {
            case TO_SERVER -> toServer;
            case TO_CLIENT -> toClient;
        };
    }
}
