package dev.kubeproxyfleet.fleet.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Every answer of the API that a test of the annotated class gets through RestAssured is as the service's OpenAPI document says. */
public final class HeldToContract implements BeforeEachCallback, AfterAllCallback, Filter {

    private static final String API = "/api/v1/";

    private @Nullable OpenApiContract contract;

    @Override
    public void beforeEach(ExtensionContext test) {
        if (RestAssured.filters().stream().noneMatch(HeldToContract.class::isInstance)) {
            RestAssured.filters(this);
        }
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        RestAssured.reset();
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification response, FilterContext context) {
        Response answer = context.next(request, response);
        String path = request.getDerivedPath();
        if (path.startsWith(API)) {
            assertThat(contract()
                            .broken(
                                    request.getMethod(),
                                    path,
                                    answer.statusCode(),
                                    String.valueOf(answer.contentType()),
                                    answer.asString()))
                    .as(
                            "%s %s answered %s, which the OpenAPI document does not declare so",
                            request.getMethod(), path, answer.asString())
                    .isEmpty();
        }
        return answer;
    }

    private OpenApiContract contract() {
        OpenApiContract known = contract;
        if (known == null) {
            known = served();
            contract = known;
        }
        return known;
    }

    /** Of the service that runs for the test. */
    public static OpenApiContract served() {
        try {
            return new OpenApiContract(Json.MAPPER.readTree(RestAssured.given()
                    .queryParam("format", "json")
                    .get("/q/openapi")
                    .asString()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the OpenAPI document is no JSON", e);
        }
    }
}
