package io.syncline.api.task;

/**
 * A schema's or table's name at the destination as the task file gives it.
 *
 * @param before the name; where it {@link #hasStar}, what stands before that
 * @param hasStar whether a star in it stands for what the star of the source's pattern stands for, or for the whole name where the pattern leaves nothing open
 * @param after what stands behind the star; else empty
 */
public record NamePart(String before, boolean hasStar, String after) {

    public static NamePart exactly(String name) {
        return new NamePart(name, false, "");
    }

    /** @param star what the star stands for */
    String with(String star) {
        return hasStar ? before + star + after : before;
    }
}
