package io.nvmevf.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Checks flyweights against a table that was written from the specification. A line with two words opens a structure
 * (class, size); each further line is a field: name (with an index where it has entries), offset, size, and "big-endian"
 * or "minus-one" (a 0's-based field with an ordinary count as its value) where that is so.
 *
 * <p>For each field: the setter changes exactly the bytes of the field, to the right values; the getter reads them back;
 * a number that does not fit is refused and changes nothing. For each structure: its size, and that no offset constant
 * lacks a line.
 */
public final class LayoutTable {
    private static final int BASE = 5;
    private static final int TAIL = 3;
    private static final byte BACKGROUND = (byte) 0xCC;

    private record Field(Class<?> type, int structureSize, String name, int index, int offset, int size, String kind) {}

    private LayoutTable() {}

    /** One test for each structure and each field of {@code table}. */
    public static Stream<DynamicTest> tests(String packageName, String table) {
        List<DynamicTest> tests = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        Class<?> type = null;
        int structureSize = 0;
        for (String line : table.strip().lines().toList()) {
            String[] words = line.strip().split(" ", -1);
            if (words.length == 2) {
                type = load(packageName + "." + words[0]);
                structureSize = Integer.parseInt(words[1]);
                Class<?> opened = type;
                int size = structureSize;
                tests.add(DynamicTest.dynamicTest(words[0], () -> checkStructure(opened, size, fields)));
            } else {
                String name = words[0].replaceAll("\\[.*", "");
                int index = name.equals(words[0])
                        ? -1
                        : Integer.parseInt(words[0].substring(name.length() + 1, words[0].length() - 1));
                Field field = new Field(
                        Objects.requireNonNull(type),
                        structureSize,
                        name,
                        index,
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        words.length > 3 ? words[3] : "");
                fields.add(field);
                tests.add(DynamicTest.dynamicTest(type.getSimpleName() + "." + words[0], () -> checkField(field)));
            }
        }
        return tests.stream();
    }

    private static void checkStructure(Class<?> type, int size, List<Field> fields)
            throws ReflectiveOperationException {
        assertThat(type.getField("SIZE").getInt(null)).isEqualTo(size);
        List<String> constants = Arrays.stream(type.getFields())
                .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getName().endsWith("_OFFSET"))
                .map(f -> f.getName().replace("_OFFSET", ""))
                .toList();
        List<String> listed = fields.stream()
                .filter(f -> f.type == type)
                .map(f -> f.name.toUpperCase(Locale.ROOT))
                .distinct()
                .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(constants);
    }

    private static void checkField(Field field) throws ReflectiveOperationException {
        Method setter = setter(field);
        Class<?> valueType = setter.getParameterTypes()[setter.getParameterCount() - 1];
        byte[] expectedField = new byte[field.size];
        Object value = sample(field, valueType, expectedField);

        ByteBuf page = background(field);
        Object structure = field.type.getConstructor(ByteBuf.class, int.class).newInstance(page, BASE);
        byte[] expected = bytes(page);
        System.arraycopy(expectedField, 0, expected, BASE + field.offset, field.size);
        assertThat(invoke(setter, structure, field, value)).isSameAs(structure);
        assertThat(bytes(page)).as("bytes of the page").isEqualTo(expected);
        assertThat(get(structure, field)).as("value read back").isEqualTo(value);

        if ((valueType == int.class || valueType == long.class) && field.size < 8) {
            long first = field.kind.equals("minus-one") ? 1 : 0;
            for (long outside : new long[] {first - 1, (1L << (8 * field.size)) + first}) {
                assertThatThrownBy(() -> invoke(setter, structure, field, number(valueType, outside)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(bytes(page)).as("bytes after a refusal").isEqualTo(expected);
        }
    }

    /** A value for the field; {@code bytes} becomes what it must look like in the page. */
    private static Object sample(Field field, Class<?> valueType, byte[] bytes) {
        if (valueType == String.class) {
            boolean ascii = !field.name.endsWith("nqn");
            String text = ascii ? "ab c" : "nqn.é";
            Arrays.fill(bytes, (byte) (ascii ? ' ' : 0));
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(encoded, 0, bytes, 0, encoded.length);
            return text;
        }
        if (valueType == byte[].class || valueType == UUID.class) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (0x81 + i);
            }
            return valueType == UUID.class ? UUID.fromString("81828384-8586-8788-898a-8b8c8d8e8f90") : bytes.clone();
        }
        long number = 0;
        int width = Math.min(field.size, 8);
        for (int i = 0; i < width; i++) {
            long digit = field.size == 16 && i == 7 ? 0x71 : 0x91 + i;
            boolean bigEndian = field.kind.equals("big-endian");
            bytes[bigEndian ? width - 1 - i : i] = (byte) digit;
            number |= digit << (8 * i);
        }
        return number(valueType, field.kind.equals("minus-one") ? number + 1 : number);
    }

    private static Object number(Class<?> type, long value) {
        return type == int.class ? (Object) Math.toIntExact(value) : (Object) value;
    }

    private static Method setter(Field field) {
        int parameters = field.index < 0 ? 1 : 2;
        return Arrays.stream(field.type.getMethods())
                .filter(m -> m.getName().equals(field.name) && m.getParameterCount() == parameters)
                .filter(m -> !Modifier.isStatic(m.getModifiers()) && m.getReturnType() == field.type)
                .findFirst()
                .orElseThrow();
    }

    private static Object invoke(Method setter, Object structure, Field field, Object value)
            throws ReflectiveOperationException {
        try {
            return field.index < 0 ? setter.invoke(structure, value) : setter.invoke(structure, field.index, value);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Object get(Object structure, Field field) throws ReflectiveOperationException {
        return field.index < 0
                ? field.type.getMethod(field.name).invoke(structure)
                : field.type.getMethod(field.name, int.class).invoke(structure, field.index);
    }

    private static ByteBuf background(Field field) {
        byte[] bytes = new byte[BASE + field.structureSize + TAIL];
        Arrays.fill(bytes, BACKGROUND);
        return Unpooled.wrappedBuffer(bytes);
    }

    private static byte[] bytes(ByteBuf page) {
        byte[] copy = new byte[page.capacity()];
        page.getBytes(0, copy);
        return copy;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
