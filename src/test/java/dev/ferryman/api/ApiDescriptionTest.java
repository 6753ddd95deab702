package dev.ferryman.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.Caller;
import dev.ferryman.testing.Caller.Answer;
import dev.ferryman.testing.StateStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What {@code /v3/api-docs} says, held against the controllers and against OpenAPI's own rules. */
@StateStores.OnSqlite
class ApiDescriptionTest {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    @LocalServerPort
    int port;
    @Autowired
    RequestMappingHandlerMapping requestMappingHandlerMapping;

    private JsonNode document = MissingNode.getInstance();

    @BeforeEach
    void read_without_a_token() {
        Caller.Answer answer = new Caller(port, "").get("/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        document = answer.json();
    }

    private record Route(String method, String path, JsonNode operation) {}

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties()
                .forEach(operation -> routes.add(new Route(operation.getKey(), path.getKey(), operation.getValue()))));
        return routes;
    }

    @Test
    void every_route_of_the_controllers_is_described_and_no_other() {
        List<String> served = requestMappingHandlerMapping.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getPackageName().startsWith("dev.ferryman.api"))
                .flatMap(entry -> entry.getKey().getPatternValues().stream().flatMap(path -> entry.getKey()
                        .getMethodsCondition().getMethods().stream().map(RequestMethod::name)
                        .map(method -> method.toLowerCase(java.util.Locale.ROOT) + " " + path)))
                .toList();

        assertThat(served).hasSizeGreaterThan(20);
        assertThat(routes()).extracting(route -> route.method() + " " + route.path())
                .containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void every_operation_is_whole() {
        assertThat(document.path("openapi").asString()).startsWith("3.");
        assertThat(document.at("/info/title").asString()).isEqualTo("Ferryman");
        assertThat(routes()).extracting(route -> route.operation().path("operationId").asString("")).doesNotContain("")
                .doesNotHaveDuplicates();
        assertThat(routes()).allSatisfy(route -> {
            JsonNode operation = route.operation();
            assertThat(operation.path("summary").asString("")).isNotBlank();
            Set<String> declared = Set.copyOf(operation.path("parameters").valueStream()
                    .filter(each -> each.path("in").asString().equals("path"))
                    .map(each -> each.path("name").asString()).toList());
            assertThat(declared).isEqualTo(Set.copyOf(
                    VARIABLE.matcher(route.path()).results().map(found -> found.group(1)).toList()));
            assertThat(operation.path("parameters")).allMatch(each -> each.has("schema"));
            assertThat(operation.path("responses").properties()).allSatisfy(response -> {
                assertThat(response.getValue().path("description").asString("")).isNotBlank();
                assertThat(response.getValue().path("content").isEmpty()).isFalse();
            });
            if (operation.has("requestBody")) {
                assertThat(operation.at("/requestBody/content").propertyNames()).containsAnyOf("application/json",
                        "application/yaml", "application/octet-stream");
            }
        });
    }

    @Test
    void every_operation_names_its_problems() {
        assertThat(routes()).allSatisfy(route -> {
            JsonNode responses = route.operation().path("responses");
            assertThat(responses.propertyNames()).contains("401", "403", "429", "500");
            assertThat(route.operation().at("/security/0/token/0").asString())
                    .isIn("read", "run", "sign", "switch", "admin");
            if (route.path().contains("{")) {
                assertThat(responses.propertyNames()).contains("404");
            }
            if (route.operation().has("requestBody")) {
                assertThat(responses.propertyNames()).contains("400", "413", "415");
            }
            for (Map.Entry<String, JsonNode> response : responses.properties()) {
                if (response.getKey().startsWith("4") || response.getKey().startsWith("5")) {
                    assertThat(response.getValue().path("content").propertyNames())
                            .containsExactly("application/problem+json");
                    assertThat(response.getValue().path("description").asString()).contains("urn:ferryman:problem:");
                }
            }
        });
        assertThat(route("post", "/api/v1/cutovers").path("responses").propertyNames()).contains("201", "422")
                .doesNotContain("200", "404", "409");
        assertThat(route("post", "/api/v1/cutovers/{id}/rollback").at("/security/0/token/0").asString())
                .isEqualTo("switch");
        assertThat(route("post", "/api/v1/cutovers/{id}/abort").path("responses").propertyNames()).contains("200",
                "409");
        assertThat(document.at("/components/schemas/Problem/properties/type/enum").valueStream()
                .map(JsonNode::asString)).contains("urn:ferryman:problem:stale-version",
                        "urn:ferryman:problem:illegal-move", "urn:ferryman:problem:cutover-refused");
    }

    private JsonNode route(String method, String path) {
        return routes().stream().filter(route -> route.method().equals(method) && route.path().equals(path)).findFirst()
                .orElseThrow().operation();
    }

    @Test
    void every_reference_leads_somewhere_and_every_schema_is_used() {
        List<String> references = references(document).toList();
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/components/schemas/");
            assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
        });
        assertThat(document.at("/components/schemas").propertyNames()).allMatch(
                name -> references.contains("#/components/schemas/" + name));
        assertThat(document.at("/components/schemas/CutoverJson/properties").propertyNames()).contains("version",
                "phases", "rollback", "allowed");
    }

    private static Stream<String> references(JsonNode node) {
        return Stream.concat(node.has("$ref") ? Stream.of(node.path("$ref").asString()) : Stream.empty(),
                node.valueStream().flatMap(ApiDescriptionTest::references));
    }
}
