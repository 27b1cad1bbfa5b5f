package io.syncline.cli.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The JSON Schema of task files as a page for people: a table of keys for the file and for each kind of part. */
final class KeysPage {

    private static final String REFERENCE = "#/$defs/";

    private final JsonNode root;
    private final StringBuilder page = new StringBuilder();

    private KeysPage(JsonNode root) {
        this.root = root;
    }

    /** @param root of a schema of draft 2020-12 */
    static String of(JsonNode root) {
        return new KeysPage(root).make();
    }

    private String make() {
        page.append("""
                # The task file, key by key

                Made from the [JSON Schema](task.schema.json), which `syncline schema` prints too; what the keys do together is told in [task-file.md](task-file.md).
                A key without a default and without *required* may be left out.
                """);
        section("The file", root);
        TreeMap<String, JsonNode> parts = new TreeMap<>();
        root.path("$defs").properties().forEach(part -> parts.put(part.getKey(), part.getValue()));
        parts.forEach((name, part) -> {
            if (part.has("properties") && !part.has("allOf")) {
                section(name, part);
            }
        });
        return page.toString();
    }

    private void section(String heading, JsonNode schema) {
        page.append("\n## ").append(heading).append("\n\n");
        if (schema.has("description")) {
            page.append(cell(schema.path("description").asText())).append("\n\n");
        }
        page.append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        keys("", schema);
    }

    private void keys(String above, JsonNode schema) {
        List<String> required = texts(schema.path("required"));
        schema.path("properties").properties().forEach(property -> {
            String key = above + property.getKey();
            JsonNode said = property.getValue();
            page.append("| `").append(key).append("` | ").append(value(said)).append(" | ");
            page.append(required.contains(property.getKey()) ? "*required*" : standard(said));
            page.append(" | ").append(cell(meaning(said))).append(" |\n");
            inner(key, said);
        });
    }

    /** What is written in place, without a name of its own. */
    private void inner(String key, JsonNode said) {
        keys(key + ".", said);
        if (said.path("additionalProperties").isObject()) {
            keys(key + ".*.", said.path("additionalProperties"));
        }
        said.path("anyOf").forEach(choice -> keys(key + ".", choice));
    }

    private String meaning(JsonNode said) {
        return said.has("description")
                ? said.path("description").asText()
                : target(said).path("description").asText();
    }

    private JsonNode target(JsonNode said) {
        return root.path("$defs").path(name(said));
    }

    private static String name(JsonNode said) {
        String reference = said.path("$ref").asText();
        return reference.startsWith(REFERENCE) ? reference.substring(REFERENCE.length()) : "";
    }

    private String value(JsonNode said) {
        if (said.has("$ref")) {
            JsonNode target = target(said);
            if (!target.has("properties")) {
                return value(target);
            }
            return target.has("allOf") ? ends(target) : part(name(said));
        }
        if (said.has("enum")) {
            return texts(said.path("enum")).stream().map(KeysPage::code).collect(Collectors.joining(", "));
        }
        if (said.has("const")) {
            return code(said.path("const").asText());
        }
        if (said.has("anyOf")) {
            return StreamSupport.stream(said.path("anyOf").spliterator(), false)
                    .map(this::value)
                    .distinct()
                    .collect(Collectors.joining(", or "));
        }
        if (said.has("title")) {
            return cell(said.path("title").asText());
        }
        if (said.has("items")) {
            return "a list: " + value(said.path("items"));
        }
        return cell(plain(said));
    }

    private static String ends(JsonNode target) {
        return "an end: "
                + texts(target.path("properties").path("type").path("enum")).stream()
                        .map(KeysPage::part)
                        .collect(Collectors.joining(", "));
    }

    private static String part(String name) {
        return "[" + name + "](#" + name.toLowerCase(java.util.Locale.ROOT) + ")";
    }

    private static String plain(JsonNode said) {
        List<String> kinds = said.path("type").isArray()
                ? texts(said.path("type"))
                : List.of(said.path("type").asText());
        String range = said.has("minimum") || said.has("maximum")
                ? " from " + said.path("minimum").asText("") + " to "
                        + said.path("maximum").asText("")
                : said.has("maxLength")
                        ? " of at most " + said.path("maxLength").asText() + " characters"
                        : "";
        return kinds.stream()
                        .map(kind -> switch (kind) {
                            case "object" -> "keys";
                            case "string" -> "text";
                            case "integer" -> "a whole number";
                            case "boolean" -> "`true`, `false`";
                            default -> kind;
                        })
                        .collect(Collectors.joining(" or "))
                + range;
    }

    private static String standard(JsonNode said) {
        JsonNode standard = said.path("default");
        if (standard.isMissingNode()) {
            return "";
        }
        if (standard.isArray()) {
            return texts(standard).stream().map(KeysPage::code).collect(Collectors.joining(", "));
        }
        return standard.asText().isEmpty() ? "empty" : code(standard.asText());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
