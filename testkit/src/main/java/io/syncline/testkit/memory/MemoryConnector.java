package io.syncline.testkit.memory;

import io.syncline.api.port.Connector;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DestinationOptions;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.task.Endpoint;
import io.syncline.testkit.memory.destination.MemoryDestination;
import io.syncline.testkit.memory.destination.MemoryStore;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.source.MemoryServer;
import io.syncline.testkit.memory.source.MemorySource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One process's connector between a server and a store in memory. Both outlive it. */
public final class MemoryConnector implements Connector {

    public static final String TYPE = "memory";

    private final MemoryServer server;
    private final MemoryStore store;
    private final Interference interference;
    private final List<AutoCloseableEnd> opened = new ArrayList<>();

    /** @param interference of this process alone */
    public MemoryConnector(MemoryServer server, MemoryStore store, Interference interference) {
        this.server = server;
        this.store = store;
        this.interference = interference;
    }

    private interface AutoCloseableEnd {
        void close();
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String optionsSchema() {
        return "{\"type\": \"object\", \"properties\": {}}";
    }

    @Override
    public Optional<Source> source(Endpoint endpoint, SessionOptions session) {
        MemorySource source = new MemorySource(server, interference);
        opened.add(source::close);
        return Optional.of(source);
    }

    @Override
    public Optional<Destination> destination(Endpoint endpoint, SessionOptions session, DestinationOptions options) {
        MemoryDestination destination = new MemoryDestination(store, session.application(), interference);
        opened.add(destination::close);
        return Optional.of(destination);
    }

    /** The process is gone: both ends notice that its connections are. */
    public void die() {
        List.copyOf(opened).forEach(AutoCloseableEnd::close);
        opened.clear();
    }
}
