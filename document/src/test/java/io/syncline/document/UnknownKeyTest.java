package io.syncline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.syncline.api.error.SyncException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Wherever a key is that no schema knows, in YAML and in JSON, it is found with its path; and nothing else is. */
class UnknownKeyTest {

    private static final String VALID = """
            {
              "name": "shop-copy",
              "source": {"type": "sample", "host": "h", "database": "d", "tunnel": {"host": "t"}},
              "destination": {"type": "other", "host": "h", "database": "d"},
              "stages": ["schema"],
              "objects": ["public.a", {"table": "public.b", "rename": {"c": "d"}}, {"table": "public.c"}],
              "tuning": {"loadWorkers": 3},
              "retry": {"other": "5m"}
            }
            """;

    private record Section(DocumentPath path, ObjectNode node) {}

    private final TaskReader reader = new TaskReader(
            TaskSchema.of(List.of(new SampleConnector("sample"), new SampleConnector("other"))), Map.of());

    @Property(tries = 300)
    void anyUnknownKeyAnywhereIsReportedWithItsPath(
            @ForAll("keys") String key, @ForAll("places") int place, @ForAll boolean json) throws IOException {
        JsonNode document = new JsonMapper().readTree(VALID);
        List<Section> sections = sections(document);
        Section section = sections.get(place % sections.size());
        Assume.that(!knownKeys().contains(key));
        section.node().put(key, "value");

        Path file = Files.createTempFile("unknown-key", json ? ".json" : ".yaml");
        try {
            Files.writeString(file, (json ? new JsonMapper() : new YAMLMapper()).writeValueAsString(document));
            SyncException failure = catchThrowableOfType(SyncException.class, () -> reader.read(file));

            assertThat(failure).as("the file is refused").isNotNull();
            assertThat(String.valueOf(failure.getMessage()).lines().skip(1))
                    .singleElement()
                    .asString()
                    .startsWith(file + ":")
                    .contains(": " + section.path().key(key) + ": unknown key");
        } finally {
            Files.delete(file);
        }
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.oneOf(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12),
                Arbitraries.strings()
                        .withCharRange(' ', '~')
                        .withCharRange('\u00A1', '\u017F')
                        .ofMinLength(1)
                        .ofMaxLength(12),
                Arbitraries.of(
                        "hots",
                        "Name",
                        "pasword",
                        "<<",
                        "null",
                        "true",
                        "1",
                        "[0]",
                        "a.b",
                        "~",
                        "- a",
                        "\uD83D\uDE00"));
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 1000);
    }

    /** Every section but {@code rename}, which takes any key. */
    private static List<Section> sections(JsonNode document) {
        List<Section> sections = new ArrayList<>();
        collect(document, DocumentPath.ROOT, sections);
        assertThat(sections).hasSize(8);
        return sections;
    }

    private static void collect(JsonNode node, DocumentPath path, List<Section> sections) {
        if (node instanceof ObjectNode object) {
            sections.add(new Section(path, object));
            object.properties().stream()
                    .filter(property -> !property.getKey().equals("rename"))
                    .forEach(property -> collect(property.getValue(), path.key(property.getKey()), sections));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.path(i), path.index(i), sections);
        }
    }

    private static Set<String> knownKeys() {
        Set<String> keys = new TreeSet<>();
        JsonNode schema = TaskSchema.of(List.of(new SampleConnector("sample"))).root();
        schema.findValues("properties")
                .forEach(properties -> properties.fieldNames().forEachRemaining(keys::add));
        return keys;
    }
}
