package io.syncline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.SyncException;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectRef.Kind;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.document.StatementFiles.Made;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementFilesTest {

    private static final ObjectRef TABLE = new ObjectRef(Kind.TABLE, "a.b", "", "c \"d\"\ne");
    private static final ObjectRef OTHER = new ObjectRef(Kind.TABLE, "a", "", "b.c");
    private static final ObjectRef INDEX = new ObjectRef(Kind.INDEX, "a", "b.c", "i");

    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws Exception {
        List<Path> files = StatementFiles.write(
                folder.resolve("new/sql"),
                "shop",
                List.of(
                        new Made(Phase.BEFORE_LOAD, TABLE, "CREATE TABLE x (\n  id int)"),
                        new Made(Phase.BEFORE_LOAD, OTHER, "CREATE TABLE y ();\n"),
                        new Made(Phase.INDEXES, INDEX, ""),
                        new Made(Phase.BEFORE_LOAD, new ObjectRef(Kind.ROLE, "", "", "r"), "CREATE ROLE r"),
                        new Made(
                                Phase.FINISH,
                                new ObjectRef(Kind.SEQUENCE_VALUE, "a", "", "s"),
                                "SELECT setval('s', 1)")));

        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("1-before-load.sql", "3-indexes.sql");
        assertThat(StatementFiles.read(folder.resolve("new/sql")).byObject())
                .isEqualTo(Map.of(
                        "table \"a.b\".\"c \"\"d\"\"\\ne\"",
                        "CREATE TABLE x (\n  id int);",
                        "table \"a\".\"b.c\"",
                        "CREATE TABLE y ();",
                        "index \"a\".\"b.c\".\"i\"",
                        ""));
    }

    @Test
    void writesOverNothing() throws IOException {
        Files.writeString(folder.resolve("3-indexes.sql"), "changed");
        assertThatThrownBy(() ->
                        StatementFiles.write(folder, "shop", List.of(new Made(Phase.INDEXES, INDEX, "CREATE INDEX"))))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("3-indexes.sql is there already");
        assertThat(folder.resolve("3-indexes.sql")).hasContent("changed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE x ()| has a statement before the first object, in line 1 of a.sql",
                "-- object: t 'a'#SELECT 1#-- object: t 'a'#SELECT 2| names t 'a' twice, the second time in line 3 of a.sql",
            },
            quoteCharacter = '^')
    void tellsWhatItCannotRead(String text, String why) throws IOException {
        Files.writeString(folder.resolve("a.sql"), text.replace('#', '\n'));
        assertThatThrownBy(() -> StatementFiles.read(folder)).hasMessage(why.strip());
    }

    @Test
    void wantsAFolderWithFiles() {
        assertThatThrownBy(() -> StatementFiles.read(folder)).hasMessage("holds no file whose name ends with .sql");
        assertThatThrownBy(() -> StatementFiles.read(folder.resolve("x"))).hasMessage("is no folder");
    }
}
