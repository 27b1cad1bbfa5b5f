package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds a document against the schema and says in our own words what is wrong; a validator's words may quote secrets and never name what is allowed. */
final class SchemaCheck {

    private final JsonNode schemaRoot;
    private final Schema schema;

    SchemaCheck(TaskSchema taskSchema) {
        this.schemaRoot = taskSchema.root();
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaRoot);
    }

    /** Adds every violation, at most one for a value. */
    void check(ParsedDocument document, Problems problems) {
        Set<DocumentPath> told = new HashSet<>();
        for (Error error : schema.validate(document.root())) {
            DocumentPath path = path(error.getInstanceLocation());
            switch (error.getKeyword()) {
                case "additionalProperties" -> unknownKey(error, path.key(error.getProperty()), document, problems);
                case "required" -> missingKey(error, path.key(error.getProperty()), document, problems);
                case "uniqueItems" -> repeatedEntries(error, path, document, problems);
                case "minItems" -> problems.add(document.value(path), path, "the list is empty; " + leastOne(error));
                case String keyword -> {
                    if (told.add(path)) {
                        wrongValue(error, path, document, problems, keyword);
                    }
                }
            }
        }
    }

    private void unknownKey(Error error, DocumentPath path, ParsedDocument document, Problems problems) {
        String key = error.getProperty();
        List<String> known = new ArrayList<>();
        containing(error).path("properties").fieldNames().forEachRemaining(known::add);
        String meant = Closest.to(key, known)
                .map(word -> "; did you mean " + word + "?")
                .orElse(".");
        problems.add(document.key(path), path, "unknown key" + meant + " Known here: " + String.join(", ", known));
    }

    private void missingKey(Error error, DocumentPath path, ParsedDocument document, Problems problems) {
        JsonNode wanted = containing(error).path("properties").path(error.getProperty());
        String about = wanted.path("description").asText();
        problems.add(document.value(path.parent()), path, "the key is missing" + (about.isEmpty() ? "" : ": " + about));
    }

    private void wrongValue(
            Error error, DocumentPath path, ParsedDocument document, Problems problems, String keyword) {
        JsonNode rule = containing(error);
        JsonNode value = error.getInstanceNode();
        problems.add(
                document.value(path),
                path,
                Allowed.sentence(value, rule) + (keyword.equals("enum") ? Allowed.suggestion(value, rule) : ""));
    }

    private static void repeatedEntries(Error error, DocumentPath path, ParsedDocument document, Problems problems) {
        Map<JsonNode, DocumentPath> first = new HashMap<>();
        for (int i = 0; i < error.getInstanceNode().size(); i++) {
            DocumentPath entry = path.index(i);
            DocumentPath before = first.putIfAbsent(error.getInstanceNode().path(i), entry);
            if (before != null) {
                problems.add(document.value(entry), entry, "is the same as " + before);
            }
        }
    }

    private String leastOne(Error error) {
        String about = containing(error).path("description").asText();
        return "it holds " + Character.toLowerCase(about.charAt(0)) + about.substring(1);
    }

    /** The schema object that holds the violated keyword. All of the schema is one document, so its location is a path from the root. */
    private JsonNode containing(Error error) {
        NodePath location = error.getSchemaLocation().getFragment();
        JsonNode node = schemaRoot;
        for (int i = 0; i < location.getNameCount() - 1; i++) {
            Object step = location.getElement(i);
            node = step instanceof Integer index ? node.path(index) : node.path(step.toString());
        }
        return node;
    }

    private static DocumentPath path(NodePath location) {
        DocumentPath path = DocumentPath.ROOT;
        for (int i = 0; i < location.getNameCount(); i++) {
            Object step = location.getElement(i);
            path = step instanceof Integer index ? path.index(index) : path.key(step.toString());
        }
        return path;
    }
}
