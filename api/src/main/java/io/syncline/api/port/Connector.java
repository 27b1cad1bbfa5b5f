package io.syncline.api.port;

import io.syncline.api.task.Endpoint;
import java.util.Optional;

/** A database system that tasks can name as {@code type}; found by {@link java.util.ServiceLoader}, named by nobody. */
public interface Connector {

    /** The word in the task file, such as {@code postgresql}. */
    String type();

    /**
     * The JSON Schema (draft 2020-12) of this connector's part of {@code source} and {@code destination}: an object schema with {@code properties},
     * {@code required}, and a description and the default of each key. Keys that hold secrets have {@code "writeOnly": true}; they are given as {@code env:NAME} or
     * {@code file:PATH} and arrive as {@link io.syncline.api.task.Secret}. Keys that name files have {@code "format": "path"} and arrive as absolute paths.
     */
    String optionsSchema();

    /** Opens the source side; empty when this system cannot be a source. Connects lazily: the first use may throw SOURCE_UNREACHABLE or AUTHENTICATION. */
    Optional<Source> source(Endpoint endpoint, SessionOptions session);

    /** Opens the destination side; empty when this system cannot be a destination. */
    Optional<Destination> destination(Endpoint endpoint, SessionOptions session, DestinationOptions options);
}
