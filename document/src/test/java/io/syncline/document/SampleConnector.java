package io.syncline.document;

import io.syncline.api.port.Connector;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DestinationOptions;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.task.Endpoint;
import java.util.Optional;

/** A connector with options of every kind and no database. */
record SampleConnector(String type) implements Connector {

    @Override
    public String optionsSchema() {
        return """
                {
                  "type": "object",
                  "properties": {
                    "host": {"type": "string", "minLength": 1, "description": "Name or address of the server."},
                    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 5432},
                    "database": {"type": "string", "minLength": 1, "maxLength": 63},
                    "user": {"type": "string", "minLength": 1},
                    "password": {"type": "string", "writeOnly": true},
                    "tls": {"enum": ["disable", "prefer", "require"]},
                    "tlsKey": {"type": "string", "format": "path"},
                    "weight": {"type": "number", "minimum": 0},
                    "limit": {"type": "integer", "maximum": 10},
                    "any": {"type": "integer"},
                    "idle": {"type": "boolean"},
                    "hosts": {"type": "array", "items": {"type": "string"}},
                    "tunnel": {
                      "type": "object",
                      "properties": {"host": {"type": "string"}, "key": {"type": "string", "writeOnly": true}},
                      "additionalProperties": false
                    }
                  },
                  "required": ["host", "database"]
                }
                """;
    }

    @Override
    public Optional<Source> source(Endpoint endpoint, SessionOptions session) {
        return Optional.empty();
    }

    @Override
    public Optional<Destination> destination(Endpoint endpoint, SessionOptions session, DestinationOptions options) {
        return Optional.empty();
    }
}
