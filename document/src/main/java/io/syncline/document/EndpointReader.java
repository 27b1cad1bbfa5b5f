package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.api.task.Endpoint;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code source} and {@code destination}: options as the connector's schema types them, secrets resolved. */
final class EndpointReader {

    private final TaskSchema schema;
    private final Secrets secrets;
    private final Path folder;
    private final Review review;

    /** @param folder what {@code file:} references and paths start from */
    EndpointReader(TaskSchema schema, Secrets secrets, Path folder, Review review) {
        this.schema = schema;
        this.secrets = secrets;
        this.folder = folder;
        this.review = review;
    }

    Endpoint read(Cursor endpoint) {
        String type = endpoint.key("type").text().orElse("");
        Map<String, Object> options = section(endpoint, schema.options(type));
        options.remove("type");
        return new Endpoint(type, options);
    }

    private Map<String, Object> section(Cursor section, JsonNode rule) {
        Map<String, Object> options = new LinkedHashMap<>();
        for (Cursor value : section.values()) {
            option(value, rule.path("properties").path(value.name()))
                    .ifPresent(option -> options.put(value.name(), option));
        }
        return options;
    }

    private Optional<Object> option(Cursor value, JsonNode rule) {
        JsonNode node = value.node();
        return switch (node.getNodeType()) {
            case STRING -> text(value, rule);
            case NUMBER -> Optional.of(number(value));
            case BOOLEAN -> Optional.of(node.booleanValue());
            case ARRAY -> Optional.of(list(value, rule.path("items")));
            case OBJECT -> Optional.of(section(value, rule));
            case NULL, MISSING, BINARY, POJO -> Optional.empty();
        };
    }

    private Optional<Object> text(Cursor value, JsonNode rule) {
        if (rule.path("writeOnly").asBoolean()) {
            return secret(value, rule);
        }
        String text = value.node().textValue();
        return rule.path("format").asText().equals("path") ? path(value, text) : Optional.of(text);
    }

    /** Like a secret's, a path starts from the task file's folder. */
    private Optional<Object> path(Cursor value, String text) {
        try {
            return Optional.of(folder.resolve(text).toString());
        } catch (InvalidPathException e) {
            review.wrong(value, "is no path of this system");
            return Optional.empty();
        }
    }

    private Object number(Cursor value) {
        JsonNode node = value.node();
        if (node.isIntegralNumber() && !node.canConvertToLong()) {
            review.wrong(value, "must be a number of at most 64 bits");
        }
        return node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
    }

    private List<Object> list(Cursor value, JsonNode rule) {
        List<Object> list = new ArrayList<>();
        value.entries().forEach(entry -> option(entry, rule).ifPresent(list::add));
        return list;
    }

    private Optional<Object> secret(Cursor value, JsonNode rule) {
        String reference = value.text().orElse("");
        if (!reference.matches(rule.path("pattern").asText())) {
            return Optional.empty();
        }
        try {
            return Optional.of(secrets.resolve(reference, folder));
        } catch (Secrets.Unresolved e) {
            review.wrong(value, e.why());
            return Optional.empty();
        }
    }
}
