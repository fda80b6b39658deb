package dev.kubeproxyfleet.fleet.openapi;

import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.view.Accepted;
import dev.kubeproxyfleet.schemas.view.ApiError;
import dev.kubeproxyfleet.schemas.view.Gone;
import dev.kubeproxyfleet.schemas.view.Heartbeat;
import dev.kubeproxyfleet.schemas.view.ListChanges;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.Type;
import org.jspecify.annotations.Nullable;

/**
 * Completes the document that was scanned from the resources: the schemas are those of the records themselves, an answer that tells
 * of a failure is an {@code ApiError} unless its resource says otherwise, and every operation names what the gate before it may answer.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ContractDocument implements OASFilter {

    private static final String JSON = "application/json";
    private static final String CONTRACTS = "dev.kubeproxyfleet.schemas.";
    private static final int FIRST_FAILURE = 400;
    private static final DotName OPERATION =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.Operation.class);

    /** The operation that is answered without a login. */
    private static final String LOGIN = "getLogin";

    /** Operations that change something and do not wait for the controller. */
    private static final Set<String> CHANGING = Set.of("createCluster", "registerFeature");

    private final IndexView index;
    private final RecordSchemas schemas = new RecordSchemas();

    /** @param index of the application and of the contracts */
    public ContractDocument(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(this::complete);
        Components components =
                document.getComponents() == null ? OASFactory.createComponents() : document.getComponents();
        document.setComponents(components.responses(shared()));
        schemas.of(Heartbeat.class);
        schemas.of(Gone.class);
        components.setSchemas(schemas.named());
        components.addSecurityScheme(
                "token",
                OASFactory.createSecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("Needed where there is a login, which GET /api/v1/login tells"));
        document.setSecurity(List.of(
                OASFactory.createSecurityRequirement().addScheme("token", List.of()),
                OASFactory.createSecurityRequirement()));
    }

    /** Answers that several operations refer to by name. */
    private Map<String, APIResponse> shared() {
        Schema audit = schemas.of(AuditRecord.class);
        Schema error = schemas.of(ApiError.class);
        Map<String, APIResponse> answers = new LinkedHashMap<>();
        answers.put("Done", answer("It is done, or there was nothing to do; the record says which", audit));
        answers.put("Accepted", answer("It is on its way, and not answered yet", schemas.of(Accepted.class)));
        answers.put(
                "Refused",
                answer(
                        "It is not possible now, and the record says why; or the name is that of several clusters",
                        OASFactory.createSchema().anyOf(List.of(audit, error))));
        answers.put(
                "TooManyRequests",
                answer(
                        "Too many requests wait for an answer already, or the caller has sent as many as one may; Retry-After"
                                + " says how many seconds to wait then",
                        error));
        answers.put(
                "Unavailable",
                answer("Kafka cannot be reached; or the bodies of other requests fill the memory", error));
        answers.put(
                "TooLongAgo",
                answer("What has changed since this position is not known; read everything again", error));
        answers.put("NotReadYet", answer("This replica has not read as far as this position", error));
        return answers;
    }

    private void complete(Operation operation) {
        if (operation.getRequestBody() != null) {
            complete(operation.getRequestBody().getContent());
        }
        for (Map.Entry<String, APIResponse> answer :
                operation.getResponses().getAPIResponses().entrySet()) {
            APIResponse response = answer.getValue();
            if (response.getRef() == null
                    && response.getContent() == null
                    && Integer.parseInt(answer.getKey()) >= FIRST_FAILURE) {
                response.setContent(json(schemas.of(ApiError.class)));
            }
            complete(response.getContent());
        }
        if (operation.getResponses().getAPIResponses().keySet().stream().noneMatch(status -> status.startsWith("2"))) {
            operation.getResponses().addAPIResponse("200", answer("As asked for", returned(operation)));
        }
        if (takes(operation, "limit")) {
            operation
                    .getResponses()
                    .getAPIResponse("200")
                    .addHeader(
                            "Link",
                            header("The next page, rel=\"next\"; left out on the last one", Schema.SchemaType.STRING));
        }
        if (takes(operation, "sort")) {
            list(operation.getResponses().getAPIResponse("200"));
        }
        gate(operation);
    }

    private static boolean takes(Operation operation, String parameter) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(each -> parameter.equals(each.getName()));
    }

    /** A list says how long it is and how old, and its rows may be asked for in part. */
    private void list(APIResponse answer) {
        answer.addHeader(Attribution.TOTAL_HEADER, header("How many rows there are in all", Schema.SchemaType.INTEGER));
        answer.addHeader(
                Attribution.POSITION_HEADER,
                header("How far the topics were read, to be given back as since", Schema.SchemaType.STRING));
        MediaType json = answer.getContent().getMediaType(JSON);
        json.setSchema(OASFactory.createSchema()
                .anyOf(List.of(
                        json.getSchema(),
                        OASFactory.createSchema()
                                .description("Rows with the members that fields names")
                                .addType(Schema.SchemaType.ARRAY)
                                .items(OASFactory.createSchema().addType(Schema.SchemaType.OBJECT)),
                        schemas.of(ListChanges.class))));
    }

    private static Header header(String description, Schema.SchemaType type) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().addType(type));
    }

    /** What stands before every operation may answer in its place. */
    private void gate(Operation operation) {
        refuses(operation, "400", "The request names no host, or not in the form of RFC 9112");
        refuses(operation, "421", "Nothing is answered under the host that the request names");
        if (!LOGIN.equals(operation.getOperationId())) {
            refuses(operation, "401", "There is a login, and the request comes without a token that is taken");
            refuses(
                    operation,
                    "403",
                    operation.getRequestBody() != null
                                    || operation.getResponses().hasAPIResponse("202")
                            ? "No role of the caller permits it, or the request comes from a page of another origin"
                            : "No role of the caller permits it");
        }
        if (operation.getResponses().hasAPIResponse("202") || CHANGING.contains(operation.getOperationId())) {
            operation.addParameter(OASFactory.createParameter()
                    .name(Attribution.ACTOR_HEADER)
                    .in(Parameter.In.HEADER)
                    .description("Who asks; without effect where there is a login, which says it")
                    .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
        }
        if (operation.getRequestBody() != null) {
            refuses(operation, "408", "The body was not here in full in time");
            refuses(operation, "413", "The body is longer than is taken");
            refuses(operation, "415", "The body is of a type that is not taken");
            refuses(operation, "503", "The bodies of other requests fill the memory for them");
        }
    }

    private void refuses(Operation operation, String status, String why) {
        if (!operation.getResponses().hasAPIResponse(status)) {
            operation.getResponses().addAPIResponse(status, answer(why, schemas.of(ApiError.class)));
        }
    }

    private static APIResponse answer(String description, Schema schema) {
        return OASFactory.createAPIResponse().description(description).content(json(schema));
    }

    private static Content json(Schema schema) {
        return OASFactory.createContent()
                .addMediaType(JSON, OASFactory.createMediaType().schema(schema));
    }

    private void complete(@Nullable Content content) {
        if (content == null) {
            return;
        }
        for (MediaType type : content.getMediaTypes().values()) {
            if (type.getSchema() != null) {
                type.setSchema(contract(type.getSchema()));
            }
        }
    }

    /** Of what was scanned only the name of a record counts, and whether there is a list of it. */
    private Schema contract(Schema scanned) {
        if (scanned.getRef() != null) {
            return schemas.of(named(scanned.getRef().substring(scanned.getRef().lastIndexOf('/') + 1)));
        }
        return scanned.getItems() == null ? scanned : scanned.items(contract(scanned.getItems()));
    }

    /** What the method of the operation returns: the scanner leaves it out where other answers are declared. */
    private Schema returned(Operation operation) {
        Type type = index.getAnnotations(OPERATION).stream()
                .filter(annotation -> annotation.value("operationId").asString().equals(operation.getOperationId()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("an operation has no operationId"))
                .target()
                .asMethod()
                .returnType();
        return type.kind() == Type.Kind.PARAMETERIZED_TYPE
                ? OASFactory.createSchema()
                        .addType(Schema.SchemaType.ARRAY)
                        .items(schemas.of(loaded(type.asParameterizedType()
                                .arguments()
                                .getFirst()
                                .name())))
                : schemas.of(loaded(type.name()));
    }

    private Class<?> named(String simpleName) {
        List<DotName> found = index.getKnownClasses().stream()
                .filter(type -> simpleName.equals(type.simpleName()))
                .map(ClassInfo::name)
                .filter(name -> name.toString().startsWith(CONTRACTS))
                .distinct()
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException("an endpoint answers with " + simpleName + ", and the contracts have "
                    + found + " of that name; answer with one record of " + CONTRACTS);
        }
        return loaded(found.getFirst());
    }

    private static Class<?> loaded(DotName type) {
        try {
            return Class.forName(type.toString(), false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the contract " + type + " cannot be loaded", e);
        }
    }
}
