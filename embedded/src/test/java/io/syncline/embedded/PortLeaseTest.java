package io.syncline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortLeaseTest {

    @Test
    void nobodyElseLeasesAPortThatIsLeasedButNotListenedOn() {
        try (PortLease lease = PortLease.any()) {
            assertThatThrownBy(() -> PortLease.of(lease.port()))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining(Integer.toString(lease.port()));
        }
    }

    @Test
    void theHolderMayListenRepeatedly() throws IOException {
        try (PortLease lease = PortLease.any()) {
            for (int round = 0; round < 2; round++) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), lease.port()));
                    assertThat(socket.isBound()).isTrue();
                }
            }
        }
    }

    @Test
    void aPortThatSomebodyListensOnIsNotLeased() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThatThrownBy(() -> PortLease.of(socket.getLocalPort())).isInstanceOf(EmbeddedPostgresException.class);
        }
    }
}
