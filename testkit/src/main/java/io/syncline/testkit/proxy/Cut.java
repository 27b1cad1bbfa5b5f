package io.syncline.testkit.proxy;

/** How a connection ends. */
public enum Cut {
    /** With RST: both ends see "connection reset", and bytes on their way are lost. */
    RESET,
    /** With FIN: both ends see an orderly end. */
    END
}
