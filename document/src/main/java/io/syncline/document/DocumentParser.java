package io.syncline.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML or JSON into a tree and keeps the place of every key and value. YAML is taken in the sense of JSON: no anchors, no tags, and only what JSON would call a
 * number or a truth value is one, so that {@code 010} or {@code yes} never becomes something that the user did not write.
 */
final class DocumentParser {

    private static final int MAX_CHARACTERS = 64 << 20;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private final boolean json;
    private final Problems problems;
    private final Map<DocumentPath, Place> keys = new HashMap<>();
    private final Map<DocumentPath, Place> values = new HashMap<>();

    DocumentParser(String text, boolean json, Problems problems) {
        this.text = text;
        this.json = json;
        this.problems = problems;
    }

    /** The tree, or null when the file is not even YAML or JSON; then that is among the problems. */
    @Nullable
    ParsedDocument parse() {
        try (JsonParser parser = factory().createParser(text)) {
            if (parser.nextToken() == null) {
                problems.add(Place.START, "the file is empty");
                return null;
            }
            JsonNode root = node(parser, DocumentPath.ROOT);
            if (parser.nextToken() != null) {
                problems.add(
                        place(parser.currentTokenLocation()), "the file must hold one document, here begins another");
            }
            return new ParsedDocument(root, keys, values);
        } catch (JsonProcessingException e) {
            problems.add(placeOf(e), "this is not " + (json ? "JSON" : "YAML") + ": " + reason(e));
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
    }

    private JsonFactory factory() {
        if (json) {
            return new JsonFactory();
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        return YAMLFactory.builder().loaderOptions(options).build();
    }

    private JsonNode node(JsonParser parser, DocumentPath path) throws IOException {
        Place place = place(parser.currentTokenLocation());
        values.putIfAbsent(path, place);
        refuseYamlExtras(parser, path, place);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_NUMBER_INT ->
                NUMBER.matcher(parser.getText()).matches()
                        ? nodes.numberNode(parser.getBigIntegerValue())
                        : nodes.textNode(parser.getText());
            case VALUE_NUMBER_FLOAT ->
                NUMBER.matcher(parser.getText()).matches()
                        ? nodes.numberNode(parser.getDecimalValue())
                        : nodes.textNode(parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> truth(parser.getText());
            case VALUE_NULL -> nodes.nullNode();
            case VALUE_STRING, VALUE_EMBEDDED_OBJECT -> nodes.textNode(parser.getText());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
                throw new IllegalStateException("a value cannot begin with " + token);
        };
    }

    /** YAML knows many spellings of a truth value; only JSON's are taken for one. */
    private static JsonNode truth(String word) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return word.equals("true") || word.equals("false")
                ? nodes.booleanNode(word.equals("true"))
                : nodes.textNode(word);
    }

    private JsonNode object(JsonParser parser, DocumentPath path) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            DocumentPath child = path.key(name);
            Place place = place(parser.currentTokenLocation());
            boolean repeated = object.has(name);
            if (repeated) {
                Place first = keys.getOrDefault(child, place);
                problems.add(place, child, "the key was given before, in line " + first.line());
            }
            keys.putIfAbsent(child, place);
            parser.nextToken();
            JsonNode value = node(parser, child);
            if (!repeated) {
                object.set(name, value);
            }
        }
        return object;
    }

    private JsonNode array(JsonParser parser, DocumentPath path) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(node(parser, path.index(array.size())));
        }
        return array;
    }

    private void refuseYamlExtras(JsonParser parser, DocumentPath path, Place place) throws IOException {
        if (!(parser instanceof YAMLParser yaml)) {
            return;
        }
        if (yaml.isCurrentAlias() || yaml.getObjectId() != null) {
            problems.add(place, path, "YAML anchors and aliases are not allowed; write the value where it is needed");
        }
        if (yaml.getTypeId() != null) {
            problems.add(
                    place, path, "YAML tags are not allowed; write text in quotes and everything else without a tag");
        }
    }

    /** Where the trouble is; the parser itself only knows where the token before it ended. */
    private static Place placeOf(JsonProcessingException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
                return new Place(
                        marked.getProblemMark().getLine() + 1,
                        marked.getProblemMark().getColumn() + 1);
            }
        }
        return place(e.getLocation());
    }

    private static Place place(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? Place.START
                : new Place(location.getLineNr(), Math.max(1, location.getColumnNr()));
    }

    /** What is wrong, without any of the text around it: that may be a secret. */
    private static String reason(JsonProcessingException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYAMLException marked && marked.getProblem() != null) {
                return marked.getProblem();
            }
        }
        String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
        return message.lines()
                .findFirst()
                .orElse("unreadable")
                .replaceAll("Unrecognized token '[^']*'", "unrecognized word")
                .replaceAll(" \\(for Object starting at .*", "");
    }
}
