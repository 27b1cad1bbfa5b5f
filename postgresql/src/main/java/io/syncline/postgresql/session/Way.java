package io.syncline.postgresql.session;

import java.io.IOException;
import java.net.SocketAddress;

/** How a socket finds its server. */
@FunctionalInterface
interface Way {

    /** The server is where it says. */
    Way DIRECT = server -> server;

    /** Where to connect, so that {@code server} answers. */
    SocketAddress to(SocketAddress server) throws IOException;
}
