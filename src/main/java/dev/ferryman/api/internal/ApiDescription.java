package dev.ferryman.api.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Scope;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;

/** What {@code /v3/api-docs} says beyond the signatures: who may ask, and with which problems a request is refused. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {
    private static final String PROBLEM = "Problem";
    private static final String TOKEN = "token";

    static {
        // Who asks is known from the token, not from a parameter.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(CurrentUser.class);
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info().title("Ferryman").version("v1").description(
                        "Carries a live application from SQLite to PostgreSQL by a persisted runbook. "
                                + "Times are instants in UTC, durations seconds. Refusals are problems by RFC 9457: "
                                + "decide by `type`, show `detail` and `next`."))
                .components(new Components().addSchemas(PROBLEM, problem()).addSecuritySchemes(TOKEN,
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")
                                .description(
                                        "A token made on one's account page. It has the roles of its owner, and of "
                                                + "these scopes those it was made with: "
                                                + Arrays.stream(Scope.values())
                                                        .map(Scope::id).collect(Collectors.joining(", "))
                                                + ".")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    @Bean
    OperationCustomizer problemsOfOperations() {
        return (operation, method) -> {
            possible(method).stream().collect(Collectors.groupingBy(ProblemType::status)).entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> add(operation, entry.getKey().value(), entry.getValue()));
            operation.setSecurity(List.of(new SecurityRequirement().addList(TOKEN, scope(method).id())));
            return operation;
        };
    }

    private static Scope scope(HandlerMethod method) {
        return NeedsScope.Of.method(method.getMethod(), method.hasMethodAnnotation(GetMapping.class));
    }

    /** The types a request to this method can be refused with. */
    private static Set<ProblemType> possible(HandlerMethod method) {
        Set<ProblemType> types = EnumSet.of(ProblemType.UNAUTHORIZED, ProblemType.FORBIDDEN,
                ProblemType.TOO_MANY_REQUESTS, ProblemType.NOT_ACCEPTABLE,
                ProblemType.INTERNAL_SERVER_ERROR, ProblemType.SERVICE_UNAVAILABLE);
        var parameters = Arrays.asList(method.getMethodParameters());
        boolean body = parameters.stream().anyMatch(it -> it.hasParameterAnnotation(RequestBody.class)
                || it.getParameterType() == HttpServletRequest.class);
        boolean draft = parameters.stream().anyMatch(it -> it.getParameterType() == DraftJson.class);
        boolean reads = method.hasMethodAnnotation(GetMapping.class);
        if (parameters.stream().anyMatch(it -> it.getParameterType() == String.class
                && !it.hasParameterAnnotation(RequestParam.class))) {
            types.add(ProblemType.NOT_FOUND);
            types.add(ProblemType.GONE);
        }
        if (body || parameters.stream().anyMatch(it -> it.hasParameterAnnotation(RequestParam.class)
                || it.getParameterType() == long.class)) {
            types.add(ProblemType.BAD_REQUEST);
        }
        if (body) {
            types.add(ProblemType.CONTENT_TOO_LARGE);
            types.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        if (!reads && !draft) {
            types.add(ProblemType.STALE_VERSION);
            types.add(ProblemType.ILLEGAL_MOVE);
        }
        if (draft) {
            types.add(ProblemType.CUTOVER_REFUSED);
            types.add(ProblemType.BAD_INPUT);
        }
        return types;
    }

    private static void add(Operation operation, int status, List<ProblemType> types) {
        String description = types.stream().map(type -> type.uri() + ": " + type.meaning())
                .collect(Collectors.joining("\n\n"));
        operation.getResponses().addApiResponse(Integer.toString(status),
                new ApiResponse().description(description).content(new Content().addMediaType(
                        "application/problem+json",
                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM)))));
    }

    private static Schema<?> problem() {
        List<Object> types = new ArrayList<>();
        Arrays.stream(ProblemType.values()).forEach(type -> types.add(type.uri().toString()));
        Schema<Object> type = text("Which kind of refusal; never changes");
        type.setEnum(types);
        return new Schema<>().types(Set.of("object")).description("A refusal by RFC 9457; nothing was changed.")
                .addProperty("type", type).addProperty("title", text("The kind in a few words"))
                .addProperty("status", new Schema<>().types(Set.of("integer")))
                .addProperty("detail", text("What happened, one sentence"))
                .addProperty("instance", text("The address that was asked"))
                .addProperty("next", text("What to do next, one sentence"))
                .addProperty("field", text("The field or parameter that is wrong"))
                .addProperty("problems",
                        new Schema<>().types(Set.of("array")).description("What is wrong with a draft")
                                .items(new Schema<>().$ref("#/components/schemas/ProblemJson")))
                .addProperty("expectedVersion", new Schema<>().types(Set.of("integer")))
                .addProperty("actualVersion", new Schema<>().types(Set.of("integer")))
                .addProperty("cutover", new Schema<>().$ref("#/components/schemas/CutoverJson"))
                .addProperty("reference", text("Where to look in the log"))
                .required(List.of("type", "title", "status", "detail", "next"));
    }

    private static Schema<Object> text(String description) {
        Schema<Object> schema = new Schema<>();
        schema.setTypes(Set.of("string"));
        schema.setDescription(description);
        return schema;
    }
}
