{{- define "ferryman.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "ferryman.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "ferryman.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "ferryman.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "ferryman.selector" -}}
app.kubernetes.io/name: {{ include "ferryman.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ferryman.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "ferryman.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "ferryman.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "ferryman.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name must name one that exists, since serviceAccount.create is false." .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "ferryman.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- printf "%s:%s" .Values.image.repository $tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "ferryman.claim" -}}
{{- default (include "ferryman.fullname" .) .Values.persistence.existingClaim }}
{{- end }}

{{- /* Combinations that cannot work are refused here, each with one line. */ -}}
{{- define "ferryman.check" -}}
{{- $several := gt (int .Values.replicaCount) 1 }}
{{- $postgresql := eq .Values.stateStore.kind "postgresql" }}
{{- if and $several (not $postgresql) }}
{{- fail (printf "replicaCount is %d, and the state store is SQLite, which only one process can have: set stateStore.kind to postgresql, or replicaCount to 1." (int .Values.replicaCount)) }}
{{- end }}
{{- if and $postgresql (not .Values.stateStore.postgresql.url) }}
{{- fail "stateStore.postgresql.url is missing: write jdbc:postgresql://host:5432/database." }}
{{- end }}
{{- if contains "password=" .Values.stateStore.postgresql.url }}
{{- fail "stateStore.postgresql.url must not hold the password: put it into a Secret and name that in stateStore.postgresql.existingSecret." }}
{{- end }}
{{- if and $several .Values.persistence.enabled (not .Values.source.enabled) (ne .Values.persistence.accessMode "ReadWriteMany") }}
{{- fail "Several replicas on any node cannot share a volume that one node has: enable source (which keeps them on one node), or set persistence.accessMode to ReadWriteMany, or persistence.enabled to false." }}
{{- end }}
{{- with .Values.source }}
{{- if .enabled }}
{{- if eq (empty .existingClaim) (empty .hostPath) }}
{{- fail "source needs one of existingClaim and hostPath: where the directory of the SQLite file is." }}
{{- end }}
{{- if eq (empty .nodeLabels) (empty .applicationLabels) }}
{{- fail "source needs one of nodeLabels and applicationLabels: Ferryman must run on the node that has the SQLite file." }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (empty .Values.ingress.hosts) }}
{{- fail "ingress.hosts must name at least one host." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (empty .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs must name the gateway." }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.metrics.from) (not .Values.serviceMonitor.tokenSecret.name) }}
{{- fail "Prometheus would be refused: name its addresses in metrics.from, or a token in serviceMonitor.tokenSecret." }}
{{- end }}
{{- end }}

{{- /* application.yaml: what the chart knows, and what values.config says before it. */ -}}
{{- define "ferryman.config" -}}
{{- $ferryman := dict "work-directory" "/data/cutovers" "secrets" (dict "roots" (list "/run/secrets")) }}
{{- $store := dict "url" "jdbc:sqlite:/data/ferryman.db" }}
{{- with .Values.stateStore }}
{{- if eq .kind "postgresql" }}
{{- $store = dict "url" .postgresql.url }}
{{- with .postgresql.username }}{{ $_ := set $store "username" . }}{{ end }}
{{- if .postgresql.existingSecret }}
{{- $_ := set $store "password" (printf "file:/run/ferryman/state-store/%s" .postgresql.passwordKey) }}
{{- end }}
{{- end }}
{{- end }}
{{- $_ := set $ferryman "store" $store }}
{{- if .Values.source.enabled }}
{{- $_ := set $ferryman "source-roots" (list .Values.source.mountPath) }}
{{- $_ := set $ferryman "traffic" (dict "environment-roots" (list .Values.source.mountPath)) }}
{{- end }}
{{- with .Values.allowedHosts }}{{ $_ := set $ferryman "http" (dict "allowed-hosts" .) }}{{ end }}
{{- $access := dict }}
{{- with .Values.metrics.from }}{{ $_ := set $access "metrics-from" (concat (list "127.0.0.1/8" "::1") .) }}{{ end }}
{{- if .Values.initialPassword.existingSecret }}
{{- $_ := set $access "initial-password" (printf "file:/run/ferryman/initial-password/%s" .Values.initialPassword.key) }}
{{- end }}
{{- if .Values.oidc.existingSecret }}
{{- $_ := set $access "oidc" (dict "client-secret" (printf "file:/run/ferryman/oidc/%s" .Values.oidc.key)) }}
{{- end }}
{{- if $access }}{{ $_ := set $ferryman "access" $access }}{{ end }}
{{- $routers := dict }}
{{- range $name, $router := .Values.gatewayRouters }}
{{- $_ := set $routers $name (merge (dict "kind" "gateway") $router) }}
{{- end }}
{{- if $routers }}{{ $_ := set $ferryman "traffic" (merge (dict "routers" $routers) (default dict $ferryman.traffic)) }}{{ end }}
{{- $config := dict "ferryman" $ferryman }}
{{- if .Values.secretKey.existingSecret }}
{{- $_ := set $config "spring" (dict "config" (dict "import" "configtree:/run/ferryman/secret-key/")) }}
{{- end }}
{{- with .Values.trustedProxies }}
{{- $_ := set $config "server" (dict "forward-headers-strategy" "native" "tomcat" (dict "remoteip" (dict "internal-proxies" .))) }}
{{- end }}
{{- with .Values.logging.format }}
{{- $_ := set $config "logging" (dict "structured" (dict "format" (dict "console" .))) }}
{{- end }}
{{- with .Values.traces.endpoint }}
{{- $_ := set $config "management" (dict "opentelemetry" (dict "tracing" (dict "export" (dict "otlp" (dict "endpoint" .))))) }}
{{- end }}
{{- toYaml (mergeOverwrite $config (deepCopy .Values.config)) }}
{{- end }}
