package io.syncline.postgresql;

import io.syncline.api.port.Connector;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DestinationOptions;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.task.Endpoint;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.util.Optional;

/** PostgreSQL 9.4 to 18 as source, 9.6 to 18 as destination. */
public final class PostgresConnector implements Connector {

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
        Sessions sessions = new Sessions(Side.SOURCE, ConnectionOptions.of(endpoint), session);
        return Optional.of(new PostgresSource(
                sessions, NamedLog.of(endpoint), SegmentAddresses.of(endpoint), LogPlace.of(endpoint)));
    }

    @Override
    public Optional<Destination> destination(Endpoint endpoint, SessionOptions session, DestinationOptions options) {
        NamedLog.requireNone(endpoint);
        Sessions sessions = new Sessions(Side.DESTINATION, ConnectionOptions.of(endpoint), session);
        return Optional.of(new PostgresDestination(sessions, options));
    }
}
