package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.kafka.KafkaContact;
import dev.kubeproxyfleet.schemas.message.Attribution;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Says with every answer how old what it shows is, as long as Kafka is away. */
@Provider
class DataAge implements ContainerResponseFilter {

    private final KafkaContact contact;

    DataAge(KafkaContact contact) {
        this.contact = contact;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        contact.awayFor()
                .ifPresent(age ->
                        response.getHeaders().putSingle(Attribution.DATA_AGE_HEADER, Long.toString(age.toSeconds())));
    }
}
