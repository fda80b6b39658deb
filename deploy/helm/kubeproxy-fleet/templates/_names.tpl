{{- define "fleet.labels" -}}
app.kubernetes.io/name: kubeproxy-fleet
app.kubernetes.io/part-of: kubeproxy-fleet
{{- end }}

{{- define "fleet.sasl" -}}
{{- if hasPrefix "SASL_" .Values.kafka.securityProtocol }}true{{ end }}
{{- end }}

{{- /* Where the settings are, and those that are secret. */}}
{{- define "fleet.env" -}}
- name: SMALLRYE_CONFIG_LOCATIONS
  value: /etc/kubeproxy-fleet/application.properties
- name: JAVA_TOOL_OPTIONS
  value: "-XX:MaxRAMPercentage={{ .Values.maxHeapPercentage }} -XX:+ExitOnOutOfMemoryError"
{{- if include "fleet.sasl" . }}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ .Values.kafka.user.secret }}
      key: {{ .Values.kafka.user.key }}
{{- end }}
{{- if .Values.api.login.enabled }}
- name: KPFLEET_ACCESS_SESSION_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ .Values.api.login.secret }}
      key: session-secret
- name: KPFLEET_ACCESS_CLIENT_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ .Values.api.login.secret }}
      key: client-secret
      optional: true
{{- end }}
{{- end }}

{{- define "fleet.tlsSecret" -}}
{{- .Values.ingress.tlsSecret | default (ternary (.Values.api.tls.secret | default "kubeproxy-fleet-tls") "" .Values.certificate.enabled) }}
{{- end }}

{{- /* Name of the port where the API is answered. */}}
{{- define "fleet.apiPort" -}}
{{- if .Values.api.tls.secret }}https{{ else }}http{{ end }}
{{- end }}

{{- /* Names under which the API is answered. */}}
{{- define "fleet.hosts" -}}
{{- $service := printf "kubeproxy-fleet.%s" .Release.Namespace }}
{{- $own := list "localhost" "127.0.0.1" "[::1]" "kubeproxy-fleet" $service (printf "%s.svc" $service) (printf "%s.svc.cluster.local" $service) }}
{{- concat $own .Values.api.hosts | join "," }}
{{- end }}

{{- /* The pods of namespaces, by their names. */}}
{{- define "fleet.fromNamespaces" -}}
- namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values:
          {{- toYaml . | nindent 10 }}
{{- end }}
