package io.mlxmanager.engine.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records as bytes and back, component by component, as their declarations say; both ends are of one build, so nothing is
 * named. Only what is declared can be made: bytes of a process that has lost its mind give a wrong record or an exception, and
 * never an object of another class. Any thread.
 *
 * @param <T> a sealed interface, all of whose alternatives are records
 */
final class RecordFormat<T> {

    /** A record's constructor and accessors, looked up once. */
    private record Shape(Constructor<?> constructor, List<Method> accessors, List<Type> types) {

        static Shape of(Class<?> type) {
            try {
                RecordComponent[] components = type.getRecordComponents();
                Class<?>[] classes =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                Constructor<?> constructor = type.getDeclaredConstructor(classes);
                constructor.setAccessible(true);
                List<Method> accessors = Arrays.stream(components)
                        .map(RecordComponent::getAccessor)
                        .toList();
                accessors.forEach(accessor -> accessor.setAccessible(true));
                List<Type> types = Arrays.stream(components)
                        .map(RecordComponent::getGenericType)
                        .toList();
                return new Shape(constructor, accessors, types);
            } catch (NoSuchMethodException e) {
                throw new IllegalArgumentException(type + " is no record", e);
            }
        }
    }

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private final Class<T> root;

    RecordFormat(Class<T> root) {
        this.root = root;
    }

    byte[] bytes(T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(new DataOutputStream(bytes), root, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if these are not the bytes of a {@code T} */
    T read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            return root.cast(read(in, root));
        } catch (RuntimeException e) {
            throw new IOException("not a " + root.getSimpleName() + ": " + e, e);
        }
    }

    private static void write(DataOutput out, Type type, Object value) throws IOException {
        if (type instanceof ParameterizedType generic) {
            writeGeneric(out, generic, value);
        } else if (type == int.class || type == Integer.class) {
            out.writeInt((Integer) value);
        } else if (type == long.class) {
            out.writeLong((Long) value);
        } else if (type == boolean.class) {
            out.writeBoolean((Boolean) value);
        } else if (type == float.class || type == Float.class) {
            out.writeFloat((Float) value);
        } else if (type == double.class) {
            out.writeDouble((Double) value);
        } else if (type == String.class) {
            write(out, byte[].class, ((String) value).getBytes(StandardCharsets.UTF_8));
        } else if (type == OptionalLong.class) {
            OptionalLong optional = (OptionalLong) value;
            out.writeBoolean(optional.isPresent());
            out.writeLong(optional.orElse(0));
        } else {
            writeClass(out, (Class<?>) type, value);
        }
    }

    private static void writeClass(DataOutput out, Class<?> type, Object value) throws IOException {
        if (type == byte[].class) {
            out.writeInt(((byte[]) value).length);
            out.write((byte[]) value);
        } else if (type == int[].class) {
            out.writeInt(((int[]) value).length);
            for (int each : (int[]) value) {
                out.writeInt(each);
            }
        } else if (type == long[].class) {
            out.writeInt(((long[]) value).length);
            for (long each : (long[]) value) {
                out.writeLong(each);
            }
        } else if (type == float[].class) {
            out.writeInt(((float[]) value).length);
            for (float each : (float[]) value) {
                out.writeFloat(each);
            }
        } else if (type.isEnum()) {
            out.writeByte(((Enum<?>) value).ordinal());
        } else if (type.isSealed()) {
            int number = List.of(type.getPermittedSubclasses()).indexOf(value.getClass());
            out.writeByte(number);
            write(out, value.getClass(), value);
        } else {
            Shape shape = SHAPES.computeIfAbsent(type, Shape::of);
            for (int i = 0; i < shape.types().size(); i++) {
                write(out, shape.types().get(i), component(shape.accessors().get(i), value));
            }
        }
    }

    private static Object component(Method accessor, Object of) {
        try {
            return accessor.invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeGeneric(DataOutput out, ParameterizedType type, Object value) throws IOException {
        Type[] of = type.getActualTypeArguments();
        if (value instanceof Optional<?> optional) {
            out.writeBoolean(optional.isPresent());
            if (optional.isPresent()) {
                write(out, of[0], optional.get());
            }
        } else if (value instanceof Map<?, ?> map) {
            out.writeInt(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(out, of[0], entry.getKey());
                write(out, of[1], entry.getValue());
            }
        } else {
            Collection<?> all = (Collection<?>) value;
            out.writeInt(all.size());
            for (Object each : all) {
                write(out, of[0], each);
            }
        }
    }

    private static Object read(DataInput in, Type type) throws IOException {
        if (type instanceof ParameterizedType generic) {
            return readGeneric(in, generic);
        } else if (type == int.class || type == Integer.class) {
            return in.readInt();
        } else if (type == long.class) {
            return in.readLong();
        } else if (type == boolean.class) {
            return in.readBoolean();
        } else if (type == float.class || type == Float.class) {
            return in.readFloat();
        } else if (type == double.class) {
            return in.readDouble();
        } else if (type == String.class) {
            return new String((byte[]) read(in, byte[].class), StandardCharsets.UTF_8);
        } else if (type == OptionalLong.class) {
            boolean present = in.readBoolean();
            long value = in.readLong();
            return present ? OptionalLong.of(value) : OptionalLong.empty();
        }
        return readClass(in, (Class<?>) type);
    }

    private static Object readClass(DataInput in, Class<?> type) throws IOException {
        if (type == byte[].class) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return bytes;
        } else if (type == int[].class) {
            int[] all = new int[in.readInt()];
            for (int i = 0; i < all.length; i++) {
                all[i] = in.readInt();
            }
            return all;
        } else if (type == long[].class) {
            long[] all = new long[in.readInt()];
            for (int i = 0; i < all.length; i++) {
                all[i] = in.readLong();
            }
            return all;
        } else if (type == float[].class) {
            float[] all = new float[in.readInt()];
            for (int i = 0; i < all.length; i++) {
                all[i] = in.readFloat();
            }
            return all;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[in.readByte()];
        } else if (type.isSealed()) {
            return read(in, type.getPermittedSubclasses()[in.readByte()]);
        }
        Shape shape = SHAPES.computeIfAbsent(type, Shape::of);
        Object[] components = new Object[shape.types().size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = read(in, shape.types().get(i));
        }
        try {
            return shape.constructor().newInstance(components);
        } catch (ReflectiveOperationException e) {
            throw new IOException("not a " + type.getSimpleName(), e);
        }
    }

    private static Object readGeneric(DataInput in, ParameterizedType type) throws IOException {
        Type[] of = type.getActualTypeArguments();
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw == Optional.class) {
            return in.readBoolean() ? Optional.of(read(in, of[0])) : Optional.empty();
        }
        int count = in.readInt();
        if (raw == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            for (int i = 0; i < count; i++) {
                map.put(read(in, of[0]), read(in, of[1]));
            }
            return map;
        }
        Collection<Object> all = raw == Set.class ? new HashSet<>() : new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(read(in, of[0]));
        }
        return all;
    }
}
