package dev.kubeproxyfleet.fleet;

import static java.util.stream.Collectors.toSet;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigValidationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/**
 * Ends the start of the service where it is given a setting that it does not know: whoever misspells a limit would otherwise believe
 * that it holds. The configuration itself refuses what is below a prefix that it knows; this refuses every other {@code kpfleet.*},
 * and environment variables.
 */
@Singleton
final class UnknownSettings {

    /** Before anything else begins. */
    private static final int FIRST = 1;

    private static final String OURS = "kpfleet.";
    private static final String ANY_NAME = "*";
    private static final Pattern NOT_IN_VARIABLES = Pattern.compile("[^A-Z0-9]");

    void check(@Observes @Priority(FIRST) StartupEvent event, BeanManager beans, Config config) {
        Set<Class<?>> mappings = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .flatMap(bean -> bean.getTypes().stream())
                .filter(Class.class::isInstance)
                .map(type -> (Class<?>) type)
                .filter(type -> type.isAnnotationPresent(ConfigMapping.class))
                .collect(toSet());
        Set<String> given = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .collect(toSet());
        List<String> unknown = among(given, names(mappings));
        if (!unknown.isEmpty()) {
            throw new ConfigValidationException(unknown.stream()
                    .map(name -> new ConfigValidationException.Problem(
                            name + " is no setting of this version; docs/settings.md has them all"))
                    .toArray(ConfigValidationException.Problem[]::new));
        }
    }

    /** Names of the settings of mappings; a part that anybody may choose is {@code *}. */
    static Set<String> names(Set<Class<?>> mappings) {
        return mappings.stream()
                .flatMap(mapping -> ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet().stream())
                .collect(toSet());
    }

    /**
     * What is none of {@code known}, in the order of names. A variable is looked at only where it begins as those of a known prefix do:
     * Kubernetes and others set variables of their own. The configuration gives each variable once more as a property, which is not
     * looked at.
     */
    static List<String> among(Set<String> given, Set<String> known) {
        Set<String> variables = known.stream().map(UnknownSettings::variable).collect(toSet());
        Set<String> beginnings = known.stream()
                .map(name -> variable(name.substring(0, name.indexOf('.', OURS.length()) + 1)))
                .collect(toSet());
        return given.stream()
                .filter(name -> name.startsWith(OURS)
                        ? !isAmong(known, name) && !given.contains(variable(name))
                        : beginnings.stream().anyMatch(name::startsWith) && !isAmong(variables, name))
                .sorted()
                .toList();
    }

    private static boolean isAmong(Set<String> names, String given) {
        return names.contains(given)
                || names.stream()
                        .filter(name -> name.contains(ANY_NAME))
                        .anyMatch(name -> pattern(name).matcher(given).matches());
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(Stream.of(name.split(Pattern.quote(ANY_NAME), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".+")));
    }

    private static String variable(String name) {
        return Stream.of(name.split(Pattern.quote(ANY_NAME), -1))
                .map(part ->
                        NOT_IN_VARIABLES.matcher(part.toUpperCase(Locale.ROOT)).replaceAll("_"))
                .collect(Collectors.joining(ANY_NAME));
    }
}
