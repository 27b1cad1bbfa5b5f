package io.syncline.testkit.memory.fault;

/** Thrown by an {@link Interference} to break the connection that a call goes through. The caller of the port sees SOURCE_ or DESTINATION_UNREACHABLE. */
public final class ConnectionLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConnectionLost(PortCall call) {
        super("the connection broke at " + call, null, false, false);
    }
}
