package dev.ferryman.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Helm chart: linted, rendered by Helm itself and read strictly, for the combinations that people install. */
class ChartTest {
    private static final String SOURCE = """
                                         source: {enabled: true, existingClaim: leave-desk, nodeLabels: {kubernetes.io/hostname: node-3}}
                                         """;
    private static final String POSTGRESQL = """
                                             stateStore: {kind: postgresql, postgresql: {url: "jdbc:postgresql://state:5432/f", username: f, existingSecret: state}}
                                             """;
    private static final String TWO = "replicaCount: 2\n" + POSTGRESQL + SOURCE;
    private static final String EVERYTHING = TWO
            + """
              gatewayRouters: {edge: {namespace: shop, route: app, blue: old, green: new}}
              secrets: [leave-desk]
              allowedHosts: ["desk:8000"]
              secretKey: {existingSecret: key, key: value}
              initialPassword: {existingSecret: first}
              oidc: {existingSecret: provider}
              ingress: {enabled: true, className: nginx, hosts: [a.example], tls: [{secretName: tls, hosts: [a.example]}]}
              httpRoute: {enabled: true, parentRefs: [{name: edge, namespace: gateways}], hostnames: [a.example]}
              metrics: {from: [10.0.0.0/8]}
              serviceMonitor: {enabled: true, labels: {release: prometheus}, tokenSecret: {name: scrape}}
              prometheusRule: {enabled: true, applicationJob: shop, postgresqlJob: pg, nodeJob: machines}
              dashboards: {enabled: true}
              traces: {endpoint: "http://collector:4318/v1/traces"}
              trustedProxies: '10\\.\\d+\\.\\d+\\.\\d+'
              config: {ferryman: {execution: {threads: 8}, access: {oidc: {issuer: "https://id.example", client-id: f}}}}
              networkPolicy: {egress: [{ports: [{port: 8000, protocol: TCP}]}]}
              """;

    @Test
    void helm_finds_nothing_to_complain_about() {
        var result = new Helm(Rendered.CHART).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Test
    void what_is_installed_without_any_value_is_one_replica_on_sqlite_that_keeps_its_data() {
        Rendered rendered = Rendered.with("{}");
        assertThat(rendered.kinds()).containsExactly("ConfigMap", "Deployment", "NetworkPolicy",
                "PersistentVolumeClaim", "Service", "ServiceAccount");
        Deployment deployment = rendered.the(Deployment.class);
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(setting(rendered, "ferryman", "store", "url"))
                .isEqualTo("jdbc:sqlite:/data/ferryman.db");
        assertThat(mount(rendered, "data").getMountPath()).isEqualTo("/data");
        assertThat(volume(rendered, "data").getPersistentVolumeClaim().getClaimName()).isEqualTo("test-ferryman");
    }

    @Test
    void everything_at_once_is_what_the_kinds_of_kubernetes_take() {
        Rendered rendered = Rendered.with(EVERYTHING);
        assertThat(new TreeSet<>(rendered.kinds())).containsExactly("ConfigMap", "Deployment", "HTTPRoute", "Ingress",
                "NetworkPolicy", "PersistentVolumeClaim", "PodDisruptionBudget", "PrometheusRule", "Role",
                "RoleBinding", "Service", "ServiceAccount", "ServiceMonitor");
        assertThat(rendered.objects()).extracting(each -> each.getMetadata().getLabels().get("app.kubernetes.io/name"))
                .containsOnly("ferryman");
        assertThat(rendered.the(Ingress.class).getSpec().getRules().getFirst().getHost()).isEqualTo("a.example");
        assertThat(rendered.the(HTTPRoute.class).getSpec().getParentRefs().getFirst().getName()).isEqualTo("edge");
        assertThat(rendered.the(ServiceMonitor.class).getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getPath()).isEqualTo("/actuator/prometheus");
            assertThat(endpoint.getPort()).isEqualTo(
                    rendered.the(Service.class).getSpec().getPorts().getFirst().getName());
            assertThat(endpoint.getAuthorization().getCredentials().getName()).isEqualTo("scrape");
        });
        assertThat(rendered.the(PodDisruptionBudget.class).getSpec().getMinAvailable()).isEqualTo(new IntOrString(1));
        assertThat(setting(rendered, "server", "forward-headers-strategy")).isEqualTo("native");
        assertThat(setting(rendered, "ferryman", "execution", "threads")).isEqualTo(8);
        assertThat(setting(rendered, "ferryman", "http", "allowed-hosts")).isEqualTo(List.of("desk:8000"));
        assertThat(setting(rendered, "ferryman", "traffic", "environment-roots")).isEqualTo(List.of("/sources"));
    }

    @Test
    void the_examples_of_its_document_are_values_that_it_takes_all_together() throws Exception {
        String values = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(Files.readString(Rendered.CHART.resolve("README.md"))).results().map(found -> found.group(1))
                .collect(Collectors.joining());
        Rendered rendered = Rendered.with(values);
        assertThat(rendered.the(Deployment.class).getSpec().getReplicas()).isEqualTo(2);
        assertThat(volume(rendered, "source").getPersistentVolumeClaim().getClaimName()).isEqualTo("leave-desk-data");
        assertThat(ports(rendered.the(NetworkPolicy.class))).contains("TCP 5432,TCP 6432", "TCP 8000");
    }

    @Test
    void it_is_of_the_version_that_it_installs() throws Exception {
        Matcher version = Pattern.compile("<artifactId>ferryman</artifactId>\\s*<version>(.*?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(pod(Rendered.with("{}")).getContainers().getFirst().getImage())
                .isEqualTo("ferryman:" + version.group(1));
    }

    @Test
    void a_field_that_a_kind_does_not_have_would_be_found() {
        assertThatThrownBy(() -> Rendered.with("podSecurityContext: {runAsNobody: true}"))
                .isInstanceOf(AssertionError.class).hasMessageContaining("runAsNobody");
        assertThatThrownBy(() -> Rendered.with("terminationGracePeriodSeconds: 60\nresources: {limit: {memory: 1Gi}}"))
                .isInstanceOf(AssertionError.class).hasMessageContaining("limit");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "replicaCount: 2 | replicaCount is 2, and the state store is SQLite, which only one process can have",
            "stateStore: {kind: postgresql} | stateStore.postgresql.url is missing",
            "stateStore: {kind: postgresql, postgresql: {url: 'jdbc:postgresql://h/d?password=x'}} | must not hold the password",
            "source: {enabled: true} | source needs one of existingClaim and hostPath",
            "source: {enabled: true, hostPath: /srv} | must run on the node that has the SQLite file",
            "serviceMonitor: {enabled: true} | Prometheus would be refused",
            "serviceAccount: {create: false} | serviceAccount.name must name one",
            "ingress: {enabled: true} | ingress.hosts must name at least one host",
            "httpRoute: {enabled: true} | httpRoute.parentRefs must name the gateway",
            "replicas: 2 | additional properties 'replicas' not allowed",
            "podSecurityContext: {runAsUser: 0} | runAsUser"})
    void what_cannot_work_is_refused_in_one_line_that_says_what_to_do(String values, String says) {
        assertThat(Rendered.refusal(values)).contains(says).doesNotStartWith("rendered:");
    }

    @Test
    void several_replicas_that_share_one_nodes_volume_are_kept_on_that_node() {
        assertThat(Rendered.refusal("replicaCount: 2\n" + POSTGRESQL))
                .contains("Several replicas on any node cannot share a volume that one node has");
        assertThat(Rendered.with("replicaCount: 2\npersistence: {enabled: false}\n" + POSTGRESQL).kinds())
                .doesNotContain("PersistentVolumeClaim");
        Deployment deployment = Rendered.with(TWO).the(Deployment.class);
        assertThat(deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(deployment.getSpec().getTemplate().getSpec().getAffinity().getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution().getNodeSelectorTerms().getFirst()
                .getMatchExpressions().getFirst().getValues()).containsExactly("node-3");
    }

    @Test
    void the_source_is_beside_the_application_or_on_its_node_and_never_an_empty_directory() {
        Rendered rendered = Rendered.with(
                """
                source: {enabled: true, hostPath: /srv/desk, applicationLabels: {app: desk}, applicationNamespace: shop}
                """);
        assertThat(volume(rendered, "source").getHostPath().getType()).isEqualTo("Directory");
        assertThat(setting(rendered, "ferryman", "source-roots")).isEqualTo(List.of("/sources"));
        assertThat(mount(rendered, "source").getMountPath()).isEqualTo("/sources");
        var affinity = pod(rendered).getAffinity().getPodAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution().getFirst();
        assertThat(affinity.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
        assertThat(affinity.getNamespaces()).containsExactly("shop");
        assertThat(affinity.getLabelSelector().getMatchLabels()).isEqualTo(Map.of("app", "desk"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", EVERYTHING})
    void the_pod_may_do_nothing_it_does_not_need(String values) {
        Rendered rendered = Rendered.with(values);
        PodSpec pod = pod(rendered);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getEnableServiceLinks()).isFalse();
        assertThat(pod.getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getPrivileged()).isNull();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getResources().getLimits()).containsKey("memory");
            assertThat(container.getEnv()).as("a pod that takes another's place goes on with its cutovers")
                    .filteredOn(variable -> variable.getName().equals("FERRYMAN_NODE")).singleElement()
                    .satisfies(variable -> assertThat(variable.getValueFrom().getFieldRef().getFieldPath())
                            .isEqualTo("spec.nodeName"));
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
            assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
        });
        assertThat(mount(rendered, "tmp").getMountPath()).isEqualTo("/tmp");
    }

    @Test
    void secrets_are_files_that_exist_already_and_never_variables_or_settings() {
        Rendered rendered = Rendered.with(EVERYTHING);
        Container container = pod(rendered).getContainers().getFirst();
        assertThat(container.getEnvFrom()).isEmpty();
        assertThat(container.getEnv()).extracting(EnvVar::getValueFrom).filteredOn(Objects::nonNull)
                .extracting(EnvVarSource::getSecretKeyRef).containsOnlyNulls();
        assertThat(rendered.kinds()).doesNotContain("Secret");
        assertThat(pod(rendered).getVolumes()).extracting(Volume::getSecret).filteredOn(Objects::nonNull)
                .extracting(SecretVolumeSource::getSecretName)
                .containsExactlyInAnyOrder("state", "key", "first", "provider", "leave-desk");
        assertThat(container.getVolumeMounts()).filteredOn(mount -> mount.getMountPath().startsWith("/run/"))
                .hasSize(5).allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue());
        assertThat(container.getVolumeMounts()).extracting(VolumeMount::getMountPath)
                .filteredOn(path -> path.startsWith("/run/secrets")).as("what a cutover can name")
                .containsExactly("/run/secrets/leave-desk");
        assertThat(setting(rendered, "ferryman", "secrets", "roots")).isEqualTo(List.of("/run/secrets"));
        assertThat(setting(rendered, "ferryman", "store", "password"))
                .isEqualTo("file:/run/ferryman/state-store/password");
        assertThat(setting(rendered, "ferryman", "access", "initial-password"))
                .isEqualTo("file:/run/ferryman/initial-password/password");
        assertThat(setting(rendered, "ferryman", "access", "oidc", "client-secret"))
                .isEqualTo("file:/run/ferryman/oidc/client-secret");
        assertThat(setting(rendered, "ferryman", "access", "oidc", "issuer")).as("beside what config says")
                .isEqualTo("https://id.example");
        assertThat(setting(rendered, "spring", "config", "import")).isEqualTo("configtree:/run/ferryman/secret-key/");
        assertThat(volume(rendered, "secret-key").getSecret().getItems()).singleElement().satisfies(item -> {
            assertThat(item.getKey()).isEqualTo("value");
            assertThat(item.getPath()).isEqualTo("FERRYMAN_SECRET_KEY");
        });
    }

    @Test
    void without_a_router_of_the_cluster_there_is_no_access_to_the_cluster() {
        Rendered rendered = Rendered.with(TWO);
        assertThat(rendered.all(Role.class)).isEmpty();
        assertThat(rendered.all(RoleBinding.class)).isEmpty();
        assertThat(pod(rendered).getAutomountServiceAccountToken()).isFalse();
        assertThat(rendered.the(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void a_router_brings_the_rights_of_the_document_and_of_the_adapter_on_its_one_route() throws Exception {
        Rendered rendered = Rendered.with(EVERYTHING);
        assertThat(pod(rendered).getAutomountServiceAccountToken()).isTrue();
        Role role = rendered.the(Role.class);
        assertThat(role.getMetadata().getNamespace()).isEqualTo("shop");
        assertThat(role.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("gateway.networking.k8s.io");
            assertThat(rule.getResources()).containsExactly("httproutes");
            assertThat(rule.getResourceNames()).containsExactly("app");
            assertThat(rule.getVerbs()).containsExactlyElementsOf(GatewayRights.used());
        });
        String document = Files.readString(Path.of("src/docs/traffic.md"));
        assertThat(document).contains("verbs: [" + String.join(", ", GatewayRights.used()) + "]");
        RoleBinding binding = rendered.the(RoleBinding.class);
        assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getName()).isEqualTo(rendered.the(ServiceAccount.class).getMetadata().getName());
            assertThat(subject.getNamespace()).isEqualTo("here");
        });
        assertThat(setting(rendered, "ferryman", "traffic", "routers", "edge"))
                .isEqualTo(
                        Map.of("kind", "gateway", "namespace", "shop", "route", "app", "blue", "old", "green", "new"));
    }

    @Test
    void the_network_lets_through_what_is_needed_and_nothing_else() {
        NetworkPolicy plain = Rendered.with("{}").the(NetworkPolicy.class);
        assertThat(plain.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(ports(plain)).containsExactly("UDP 53,TCP 53", "TCP 5432");
        assertThat(plain.getSpec().getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts()).singleElement().satisfies(
                    port -> assertThat(port.getPort()).isEqualTo(new IntOrString("http")));
            assertThat(rule.getFrom()).isNotEmpty();
        });
        NetworkPolicy full = Rendered.with(EVERYTHING).the(NetworkPolicy.class);
        assertThat(ports(full)).containsExactly("UDP 53,TCP 53", "TCP 5432", "TCP 5432", "TCP 443,TCP 6443",
                "TCP 4318", "TCP 8000");
        NetworkPolicy narrow = Rendered
                .with("""
                      networkPolicy: {targets: {peers: [{ipBlock: {cidr: 10.1.0.0/16}}], ports: [6432]}}
                      """).the(NetworkPolicy.class);
        assertThat(narrow.getSpec().getEgress().getLast().getTo().getFirst().getIpBlock().getCidr())
                .isEqualTo("10.1.0.0/16");
        assertThat(Rendered.with("networkPolicy: {enabled: false}").all(NetworkPolicy.class)).isEmpty();
    }

    @Test
    void rules_and_dashboards_are_wrapped_as_the_files_are_with_the_jobs_of_the_place() throws Exception {
        Rendered rendered = Rendered.with(EVERYTHING);
        List<String> alerts = rendered.all(PrometheusRule.class).stream()
                .flatMap(rule -> rule.getSpec().getGroups().stream()).flatMap(group -> group.getRules().stream())
                .map(io.fabric8.openshift.api.model.monitoring.v1.Rule::getAlert).filter(Objects::nonNull).toList();
        assertThat(alerts).containsExactlyInAnyOrderElementsOf(
                RuleFile.alerts().stream().map(RuleFile.Alert::name).toList());
        String all = rendered.all(PrometheusRule.class).toString();
        assertThat(all).contains("job=\"shop\"", "job=\"pg\"", "job=\"machines\"", "job=\"ferryman\"",
                "{{ $labels.instance }}").doesNotContain("job=\"application\"", "job=\"postgresql");
        List<ConfigMap> dashboards = rendered.all(ConfigMap.class).stream()
                .filter(each -> "1".equals(each.getMetadata().getLabels().get("grafana_dashboard"))).toList();
        assertThat(dashboards).hasSize(DashboardFile.all().size());
        for (DashboardFile file : DashboardFile.all()) {
            assertThat(dashboards).anySatisfy(each -> assertThat(each.getData()).containsEntry(
                    file.path().getFileName().toString(), Files.readString(file.path())));
        }
    }

    private static List<String> ports(NetworkPolicy policy) {
        return policy.getSpec().getEgress().stream().map(NetworkPolicyEgressRule::getPorts)
                .map(ports -> String.join(",",
                        ports.stream().map(port -> port.getProtocol() + " " + port.getPort().getIntVal()).toList()))
                .toList();
    }

    private static PodSpec pod(Rendered rendered) {
        return rendered.the(Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static Volume volume(Rendered rendered, String name) {
        return pod(rendered).getVolumes().stream().filter(each -> each.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    private static VolumeMount mount(Rendered rendered, String name) {
        return pod(rendered).getContainers().getFirst().getVolumeMounts().stream()
                .filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
    }

    /** What the service reads of its settings. */
    private static Object setting(Rendered rendered, String... path) {
        String yaml = rendered.all(ConfigMap.class).stream().map(ConfigMap::getData)
                .flatMap(data -> Stream.ofNullable(data.get("application.yaml"))).findFirst().orElseThrow();
        Object value = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        for (String key : path) {
            value = ((Map<?, ?>) value).get(key);
        }
        return value;
    }
}
