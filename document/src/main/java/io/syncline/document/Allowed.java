package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A schema said in words: what a value may be, and what it is instead. */
final class Allowed {

    private Allowed() {}

    static String sentence(JsonNode value, JsonNode schema) {
        boolean unquoted = schema.path("type").asText().equals("string") && value.isValueNode() && !value.isTextual();
        return "must be " + form(schema) + ", found " + found(value, schema)
                + (unquoted && !value.isNull() && !isSecret(schema) && !schema.has("pattern")
                        ? "; write it in quotes"
                        : "");
    }

    /** Completes "must be". A schema's {@code title} is its form in words; without one the words come from its keywords. */
    private static String form(JsonNode schema) {
        if (schema.has("title")) {
            return schema.path("title").asText();
        }
        if (schema.has("enum")) {
            return words(schema).stream().collect(Collectors.joining(", ", "one of ", ""));
        }
        if (schema.has("const")) {
            return schema.path("const").asText();
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> "a whole number" + range(schema);
            case "number" -> "a number" + range(schema);
            case "string" -> "text" + length(schema);
            case "boolean" -> "true or false";
            case "array" -> "a list";
            case "object" -> "a section of keys and values";
            default -> "of another form";
        };
    }

    /** Completes "found"; a secret is never shown. */
    private static String found(JsonNode value, JsonNode schema) {
        boolean secret = isSecret(schema);
        return switch (value.getNodeType()) {
            case STRING ->
                value.textValue().isEmpty()
                        ? "nothing"
                        : secret ? "a plain value" : "the text " + Quoted.of(value.textValue());
            case NUMBER ->
                secret
                        ? "a plain value"
                        : "the number " + Quoted.of(value.asText()).replace("\"", "");
            case BOOLEAN -> secret ? "a plain value" : "the truth value " + value.asText();
            case NULL, MISSING -> "nothing";
            case ARRAY -> "a list";
            case OBJECT -> "a section of keys and values";
            case BINARY, POJO -> throw new IllegalStateException("no file holds " + value.getNodeType());
        };
    }

    /** A word that was probably meant instead of a wrong one, as the end of a sentence. */
    static String suggestion(JsonNode value, JsonNode schema) {
        Optional<String> meant = value.isTextual() ? Closest.to(value.textValue(), words(schema)) : Optional.empty();
        return meant.map(word -> "; did you mean " + word + "?").orElse("");
    }

    private static boolean isSecret(JsonNode schema) {
        return schema.path("writeOnly").asBoolean();
    }

    private static List<String> words(JsonNode schema) {
        List<String> words = new ArrayList<>();
        schema.path("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static String range(JsonNode schema) {
        boolean from = schema.has("minimum");
        boolean to = schema.has("maximum");
        if (from && to) {
            return " from " + schema.path("minimum").asText() + " to "
                    + schema.path("maximum").asText();
        }
        return from
                ? " of at least " + schema.path("minimum").asText()
                : to ? " of at most " + schema.path("maximum").asText() : "";
    }

    private static String length(JsonNode schema) {
        int least = schema.path("minLength").asInt(0);
        if (schema.has("maxLength")) {
            return " of " + least + " to " + schema.path("maxLength").asText() + " characters";
        }
        return least == 0 ? "" : least == 1 ? " that is not empty" : " of at least " + least + " characters";
    }
}
