package dev.kubeproxyfleet.images.bills;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A library that others wrote and we ship.
 *
 * @param name {@code group:artifact:version}, as Maven names it
 * @param licence the one under which we ship it, as {@link AllowedLicences} names it
 * @param sha256 of its jar, in hexadecimal digits
 * @param programs the titles of those that it is in
 */
@JsonPropertyOrder({"library", "licence", "in", "sha256"})
public record Library(
        @JsonProperty("library") String name,
        String licence,
        @JsonProperty("in") List<String> programs,
        String sha256) {

    public Library {
        programs = List.copyOf(programs);
    }

    String artifact() {
        return name.substring(0, name.lastIndexOf(':'));
    }

    String version() {
        return name.substring(name.lastIndexOf(':') + 1);
    }
}
