package dev.ferryman.operations;

import com.marcnuri.helm.Helm;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The chart with some values, by Helm itself. Each manifest is read into the API's model of its kind, which refuses a field
 * that the kind does not have or that has another type. That a field which must be there is missing the model does not tell.
 */
record Rendered(List<HasMetadata> objects) {
    static final Path CHART = Path.of("helm/ferryman");
    /** Helm's library takes an old release for granted. */
    private static final String KUBERNETES = "1.32.0";
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream
            .of(ConfigMap.class, PersistentVolumeClaim.class, Service.class, ServiceAccount.class, Deployment.class,
                    HTTPRoute.class, Ingress.class, NetworkPolicy.class, PodDisruptionBudget.class, Role.class,
                    RoleBinding.class, PrometheusRule.class, ServiceMonitor.class)
            .collect(Collectors.toMap(kind -> HasMetadata.getApiVersion(kind) + " " + kind.getSimpleName(),
                    Function.identity()));
    private static final YAMLFactory YAML = new YAMLFactory();
    private static final ObjectMapper STRICT = YAMLMapper.builder(YAML)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                /** The model keeps unknown fields aside; here they are errors. */
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            }).build();

    /** Renders it. */
    static Rendered with(String values) {
        return new Rendered(documents(yaml(values)).stream().map(Rendered::typed).toList());
    }

    /** What Helm says instead of rendering it. */
    static String refusal(String values) {
        try {
            return "rendered: " + yaml(values);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String yaml(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                return new Helm(CHART).template().withName("test").withNamespace("here").withKubeVersion(KUBERNETES)
                        .withValuesFile(file).call();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> documents(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        try (var values = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            values.forEachRemaining(documents::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents.stream().filter(JsonNode::isObject).toList();
    }

    private static HasMetadata typed(JsonNode document) {
        String kind = document.path("apiVersion").asText() + " " + document.path("kind").asText();
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new AssertionError("The chart makes something nobody expects: " + kind);
        }
        try {
            return STRICT.treeToValue(document, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(kind + " " + document.at("/metadata/name").asText() + ": " + e.getMessage(), e);
        }
    }

    /** Kinds, in the order of their names. */
    List<String> kinds() {
        return objects.stream().map(HasMetadata::getKind).sorted().toList();
    }

    /** All of a kind. */
    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The only one of a kind. */
    <T extends HasMetadata> T the(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + kind.getSimpleName());
        }
        return found.getFirst();
    }
}
