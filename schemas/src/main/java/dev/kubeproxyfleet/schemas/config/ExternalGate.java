package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A gate whose verdict comes from outside of the fleet. In JSON it is an object with a name, and with {@code http} if that is asked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION, defaultImpl = ExternalGate.Answered.class)
@JsonSubTypes({@JsonSubTypes.Type(ExternalGate.Checked.class), @JsonSubTypes.Type(ExternalGate.Answered.class)})
public sealed interface ExternalGate {

    /** A DNS label, unique in its {@link Gate} and no {@link Signal}'s key. */
    String name();

    /** The fleet service asks a web service, again and again while a stage updates and bakes. */
    record Checked(String name, HttpCheck http) implements ExternalGate {}

    /** Somebody answers of their own accord; a stage waits for it. */
    record Answered(String name) implements ExternalGate {}
}
