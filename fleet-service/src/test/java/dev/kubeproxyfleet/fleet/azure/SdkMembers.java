package dev.kubeproxyfleet.fleet.azure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Microsoft's client reads of a document and what it writes, member by member, from the byte code of its models.
 *
 * <p>Each model has a {@code fromJson}, which compares the name of a member with those that it knows, and a {@code toJson}, which
 * writes the members that its specification does not mark as readOnly. Paths are written as in the list of {@link ReadOnlyMembers}.
 */
final class SdkMembers {

    private static final String FROM_JSON = "fromJson";

    private final Set<String> readOnly = new TreeSet<>();
    private final Set<String> writable = new TreeSet<>();

    static SdkMembers of(Class<?> model) {
        SdkMembers members = new SdkMembers();
        members.walk(model.getName().replace('.', '/'), "", Set.of());
        return members;
    }

    Set<String> readOnly() {
        return readOnly;
    }

    Set<String> writable() {
        return writable;
    }

    private void walk(String type, String prefix, Set<String> above) {
        if (above.contains(type)) {
            return;
        }
        Set<String> within = new HashSet<>(above);
        within.add(type);
        ClassModel model = parse(type);
        Set<String> written = written(model);
        String name = null;
        String constant = null;
        String element = null;
        for (CodeElement each : reading(model)) {
            if (each instanceof ConstantInstruction load && load.constantValue() instanceof String text) {
                constant = text;
            } else if (each instanceof InvokeDynamicInstruction lambda) {
                element = modelReadBy(model, lambda);
            } else if (each instanceof InvokeInstruction call) {
                String method = call.name().stringValue();
                if (method.equals("equals")) {
                    name = prefix + constant;
                    (written.contains(constant) ? writable : readOnly).add(name);
                    element = null;
                } else if (name != null && method.equals(FROM_JSON)) {
                    descend(call.owner().asInternalName(), name, "/", within);
                } else if (name != null
                        && element != null
                        && (method.equals("readArray") || method.equals("readMap"))) {
                    descend(element, name, "/*/", within);
                }
            }
        }
    }

    private void descend(String type, String name, String separator, Set<String> above) {
        if (writable.contains(name) && type.startsWith("com/azure/resourcemanager/containerservice/")) {
            walk(type, name + separator, above);
        }
    }

    /** The body of {@code fromJson}: the one that asks for names of members. */
    private static Iterable<CodeElement> reading(ClassModel model) {
        for (MethodModel method : model.methods()) {
            if (method.methodName().stringValue().startsWith("lambda$" + FROM_JSON) && calls(method, "getFieldName")) {
                return method.code().orElseThrow();
            }
        }
        throw new AssertionError(model.thisClass().asInternalName() + " reads no members");
    }

    private static boolean calls(MethodModel method, String name) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .anyMatch(each ->
                        each instanceof InvokeInstruction call && call.name().equalsString(name));
    }

    private static Set<String> written(ClassModel model) {
        Set<String> names = new HashSet<>();
        for (MethodModel method : model.methods()) {
            if (method.methodName().equalsString("toJson")) {
                method.code().orElseThrow().forEach(each -> {
                    if (each instanceof ConstantInstruction load && load.constantValue() instanceof String text) {
                        names.add(text);
                    }
                });
            }
        }
        return names;
    }

    /** The model that the function reads, or null if it reads something else. */
    private static @Nullable String modelReadBy(ClassModel model, InvokeDynamicInstruction lambda) {
        for (Object argument : lambda.bootstrapArgs()) {
            if (argument instanceof DirectMethodHandleDesc function) {
                for (MethodModel method : model.methods()) {
                    if (!method.methodName().equalsString(function.methodName())) {
                        continue;
                    }
                    for (CodeElement each : method.code().orElseThrow()) {
                        if (each instanceof InvokeInstruction call
                                && call.name().equalsString(FROM_JSON)) {
                            return call.owner().asInternalName();
                        }
                    }
                }
            }
        }
        return null;
    }

    private static ClassModel parse(String type) {
        String file = "/" + type + ".class";
        try (InputStream in = Objects.requireNonNull(SdkMembers.class.getResourceAsStream(file), file)) {
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
