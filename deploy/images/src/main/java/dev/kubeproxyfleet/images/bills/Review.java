package dev.kubeproxyfleet.images.bills;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether each program's bill names all that it ships, under licences that are allowed.
 *
 * @param libraries what is shipped
 * @param problems what is wrong, each as a sentence that says what to do; none if all is well
 */
record Review(Libraries libraries, List<String> problems) {

    Review {
        problems = List.copyOf(problems);
    }

    /** Of programs and bills that one build has made. */
    static Review of(Path project, AllowedLicences allowed) throws IOException {
        Map<String, Library> libraries = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        for (Program program : Program.values()) {
            Bill bill = Bill.read(program.bill(project));
            List<Bill.Component> shipped = new ArrayList<>(bill.components().stream()
                    .filter(Bill.Component::isOfThePage)
                    .toList());
            program.libraries(project)
                    .forEach((path, digest) -> bill.of(
                                    Path.of(path).getFileName().toString(), digest)
                            .ifPresentOrElse(
                                    shipped::add,
                                    () -> problems.add(
                                            "The %s ships %s, which its bill %s does not name. Find out how it got there."
                                                    .formatted(program.title(), path, program.bill(project)))));
            for (Bill.Component component : shipped) {
                allowed.choose(component.licences())
                        .ifPresentOrElse(
                                licence -> libraries.merge(
                                        component.name(), library(component, licence, program), Review::both),
                                () -> problems.add(notAllowed(component, program)));
            }
        }
        return new Review(new Libraries(List.copyOf(libraries.values())), problems);
    }

    private static Library library(Bill.Component component, AllowedLicences.Licence licence, Program program) {
        return new Library(component.name(), licence.licence(), List.of(program.title()), component.sha256());
    }

    private static Library both(Library one, Library other) {
        TreeSet<String> programs = new TreeSet<>(one.programs());
        programs.addAll(other.programs());
        return new Library(one.name(), one.licence(), List.copyOf(programs), one.sha256());
    }

    private static String notAllowed(Bill.Component component, Program program) {
        return component.licences().isEmpty()
                ? "The %s ships %s, whose POM names no licence. Leave it out, or take a version that names one."
                        .formatted(program.title(), component.name())
                : "The %s ships %s under '%s', which %s does not have. Read the licence: if we may ship under it, add it there with the reason; if not, leave the library out."
                        .formatted(
                                program.title(),
                                component.name(),
                                String.join("' or '", component.licences()),
                                AllowedLicences.FILE);
    }
}
