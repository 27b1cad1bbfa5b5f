package io.syncline.cli;

import io.syncline.api.port.Connector;
import io.syncline.api.port.Destination;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.task.Endpoint;
import io.syncline.postgresql.session.ConnectionOptions;
import java.util.Optional;

/** The options of the PostgreSQL connector without its ends, for tests that never connect. */
record OptionsOnly() implements Connector {

    @Override
    public String type() {
        return "postgresql";
    }

    @Override
    public String optionsSchema() {
        return ConnectionOptions.SCHEMA;
    }

    @Override
    public Optional<Source> source(Endpoint endpoint, SessionOptions session) {
        return Optional.empty();
    }

    @Override
    public Optional<Destination> destination(Endpoint endpoint, SessionOptions session, String ledgerSchema) {
        return Optional.empty();
    }
}
