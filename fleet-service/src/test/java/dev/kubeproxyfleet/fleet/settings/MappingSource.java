package dev.kubeproxyfleet.fleet.settings;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.SinceTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads {@code @ConfigMapping}s from source files, with their comments, which no class file has. */
final class MappingSource {

    /** Settings without a tag {@code @since} are of this version. */
    private static final String FIRST_VERSION = "0.1.0";

    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** @param text what it is for */
    record Mapping(String prefix, String text, List<Setting> settings) {}

    /**
     * @param name behind the prefix, as people write it
     * @param type as the source has it
     * @param value the default; empty if there is none
     */
    record Setting(String name, String type, String value, String since, String text) {

        private Setting of(Setting group) {
            return new Setting(group.name() + "." + name, type, value, since, text);
        }
    }

    private MappingSource() {}

    /** Every mapping below the folders, by prefix; two of one prefix are told as one. */
    static List<Mapping> in(List<Path> folders) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .filter(MappingSource::hasMapping)
                        .toList()) {
                    mappings.add(read(file));
                }
            }
        }
        return mappings.stream()
                .collect(Collectors.toMap(
                        Mapping::prefix,
                        mapping -> mapping,
                        (one, other) -> new Mapping(
                                one.prefix(),
                                one.text() + " " + other.text(),
                                Stream.concat(one.settings().stream(), other.settings().stream())
                                        .toList())))
                .values()
                .stream()
                .sorted(Comparator.comparing(Mapping::prefix))
                .toList();
    }

    private static boolean hasMapping(Path file) {
        try {
            return Files.readString(file).contains("\n@ConfigMapping(");
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    private static Mapping read(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjects(file));
            DocTrees comments = DocTrees.instance(task);
            CompilationUnitTree unit = task.parse().iterator().next();
            ClassTree mapping = (ClassTree) unit.getTypeDecls().getFirst();
            TreePath path = new TreePath(new TreePath(unit), mapping);
            return new Mapping(
                    argument(mapping.getModifiers(), "ConfigMapping").orElseThrow(),
                    words(comment(comments, path, mapping.getSimpleName()).getFullBody()),
                    settings(mapping, path, comments));
        }
    }

    /** Those of a map of groups, whose interface is in the mapping, are told one by one. */
    private static List<Setting> settings(ClassTree mapping, TreePath path, DocTrees comments) {
        List<Setting> settings = new ArrayList<>();
        for (Tree member : mapping.getMembers()) {
            if (member instanceof MethodTree method && method.getBody() == null) {
                Setting setting = setting(method, comment(comments, new TreePath(path, method), method.getName()));
                Optional<ClassTree> group = group(mapping, setting.type());
                if (group.isEmpty()) {
                    settings.add(setting);
                } else {
                    settings(group.get(), new TreePath(path, group.get()), comments).stream()
                            .map(each -> each.of(setting))
                            .forEach(settings::add);
                }
            }
        }
        return settings;
    }

    private static Optional<ClassTree> group(ClassTree mapping, String type) {
        return mapping.getMembers().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .filter(each -> type.equals("Map<String," + each.getSimpleName() + ">"))
                .findFirst();
    }

    private static Setting setting(MethodTree method, DocCommentTree comment) {
        String type = method.getReturnType().toString().replace(" ", "");
        String name = CAPITAL.matcher(method.getName())
                .replaceAll(capital -> "-" + capital.group().toLowerCase(Locale.ROOT));
        return new Setting(
                type.startsWith("Map<") ? name + ".<name>" : name,
                type,
                argument(method.getModifiers(), "WithDefault").orElse(""),
                comment.getBlockTags().stream()
                        .filter(SinceTree.class::isInstance)
                        .map(tag -> words(((SinceTree) tag).getBody()))
                        .findFirst()
                        .orElse(FIRST_VERSION),
                words(comment.getFullBody()));
    }

    private static DocCommentTree comment(DocTrees comments, TreePath path, CharSequence of) {
        DocCommentTree comment = comments.getDocCommentTree(path);
        if (comment == null) {
            throw new IllegalStateException(of + " says nothing of itself");
        }
        return comment;
    }

    /** The one argument of an annotation. */
    private static Optional<String> argument(ModifiersTree modifiers, String annotation) {
        return modifiers.getAnnotations().stream()
                .filter(each -> each.getAnnotationType().toString().equals(annotation))
                .map(MappingSource::argument)
                .findFirst();
    }

    private static String argument(AnnotationTree annotation) {
        ExpressionTree argument = annotation.getArguments().getFirst();
        ExpressionTree value = argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
        return (String) ((com.sun.source.tree.LiteralTree) value).getValue();
    }

    /** As Markdown, in one line. */
    private static String words(List<? extends DocTree> body) {
        String text = body.stream()
                .map(part ->
                        part instanceof LiteralTree code ? "`" + code.getBody().getBody() + "`" : part.toString())
                .collect(Collectors.joining());
        return SPACE.matcher(text.replace("<p>", " ")).replaceAll(" ").strip();
    }
}
