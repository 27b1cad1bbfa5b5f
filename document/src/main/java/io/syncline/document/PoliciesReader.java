package io.syncline.document;

import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Policies;
import io.syncline.api.task.TableErrors;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a task does with its changes. Words that the schema refuses were told before and count as left out. */
final class PoliciesReader {

    private PoliciesReader() {}

    static Policies read(Cursor root) {
        Map<String, Set<Operation>> schemas = new LinkedHashMap<>();
        for (Cursor schema : root.key("schemas").values()) {
            schemas.put(schema.name(), operations(schema.key("operations")));
        }
        Set<Operation> operations = operations(root.key("operations"));
        ExistingTables existing = word(root.key("existingTables"), ExistingTables.class);
        TableErrors onTableError = word(root.key("onTableError"), TableErrors.class);
        return new Policies(
                operations.isEmpty() ? EnumSet.allOf(Operation.class) : operations,
                schemas,
                existing == null ? ExistingTables.PRECHECK : existing,
                word(root.key("conflicts"), ConflictPolicy.class),
                onTableError == null ? TableErrors.STOP : onTableError,
                badValues(root.key("onBadValue")));
    }

    /** Empty when left out. */
    static Set<Operation> operations(Cursor operations) {
        Set<Operation> chosen = EnumSet.noneOf(Operation.class);
        for (Cursor entry : operations.entries()) {
            Operation operation = word(entry, Operation.class);
            if (operation != null) {
                chosen.add(operation);
            }
        }
        return chosen;
    }

    private static BadValues badValues(Cursor value) {
        String word = value.text().orElse("");
        for (BadValues policy : BadValues.values()) {
            if (policy.word().equals(word)) {
                return policy;
            }
        }
        return BadValues.STOP;
    }

    /** The constant whose name in small letters the value is; null when it is left out. */
    static <E extends Enum<E>> @Nullable E word(Cursor value, Class<E> words) {
        Optional<String> text = value.text();
        for (E constant : words.getEnumConstants()) {
            if (text.equals(Optional.of(constant.name().toLowerCase(Locale.ROOT)))) {
                return constant;
            }
        }
        return null;
    }
}
