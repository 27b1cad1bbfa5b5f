package io.syncline.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.api.port.Connector;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON Schema (draft 2020-12) of task files: a base, and for each connector its {@link Connector#optionsSchema()}, closed to unknown keys. Keys that hold secrets
 * ({@code writeOnly}) take references only.
 */
public final class TaskSchema {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String BASE = "task.schema.json";
    private static final String SECRET = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$";
    private static final String SECRET_FORM =
            "env:NAME (an environment variable) or file:PATH (a file that holds it); the task file itself holds no secrets";

    private final ObjectNode root;

    private TaskSchema(ObjectNode root) {
        this.root = root;
    }

    /** Puts the schema together; the order of the connectors does not matter. */
    public static TaskSchema of(Collection<Connector> connectors) {
        Map<String, Connector> byType = new TreeMap<>();
        for (Connector connector : connectors) {
            if (byType.put(connector.type(), connector) != null) {
                throw new IllegalStateException("two connectors are of type " + connector.type());
            }
        }
        ObjectNode root = base();
        ObjectNode definitions = section(root, "$defs");
        ObjectNode endpoint = section(definitions, "endpoint");
        ArrayNode types = section(section(endpoint, "properties"), "type").putArray("enum");
        ArrayNode branches = endpoint.putArray("allOf");
        byType.forEach((type, connector) -> {
            types.add(type);
            definitions.set(type, options(type, connector.optionsSchema()));
            ObjectNode branch = branches.addObject();
            branch.putObject("if")
                    .put("type", "object")
                    .<ObjectNode>set("properties", nodes().set("type", nodes().put("const", type)))
                    .putArray("required")
                    .add("type");
            branch.putObject("then").put("$ref", "#/$defs/" + type);
        });
        return new TaskSchema(root);
    }

    /** The schema as text, for editors. */
    public String json() {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return MAPPER.writer(printer).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema cannot be printed", e);
        }
    }

    /** The schema as a tree, which must not be changed. */
    JsonNode root() {
        return root;
    }

    /** What a connector of this type says of its options. */
    JsonNode options(String type) {
        return root.path("$defs").path(type);
    }

    private static ObjectNode options(String type, String fragment) {
        ObjectNode schema = parse(type, fragment);
        ObjectNode properties = nodes();
        properties.set("type", nodes().put("const", type));
        schema.path("properties").properties().forEach(property -> {
            closeSecrets(property.getValue());
            properties.set(property.getKey(), property.getValue());
        });
        schema.set("properties", properties);
        return schema.put("additionalProperties", false);
    }

    private static void closeSecrets(JsonNode property) {
        if (property instanceof ObjectNode schema && schema.path("writeOnly").asBoolean()) {
            schema.put("title", SECRET_FORM).put("pattern", SECRET);
        }
        property.path("properties").forEach(TaskSchema::closeSecrets);
    }

    private static ObjectNode base() {
        try (InputStream resource = TaskSchema.class.getResourceAsStream(BASE)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + BASE + " is missing");
            }
            return (ObjectNode) MAPPER.readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + BASE + " cannot be read", e);
        }
    }

    private static ObjectNode parse(String type, String fragment) {
        try {
            return (ObjectNode) MAPPER.readTree(fragment);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the options schema of " + type + " is not JSON", e);
        }
    }

    private static ObjectNode section(ObjectNode parent, String key) {
        return (ObjectNode) parent.path(key);
    }

    private static ObjectNode nodes() {
        return MAPPER.createObjectNode();
    }
}
