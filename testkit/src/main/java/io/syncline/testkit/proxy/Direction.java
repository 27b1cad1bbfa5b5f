package io.syncline.testkit.proxy;

/** Which way bytes pass through the proxy. */
public enum Direction {
    /** From the client to the server. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT
}
